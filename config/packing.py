"""Makes scripts and style sheets smaller: a script with the modules it imports in one, a sheet without blanks."""

import re
from pathlib import Path

IMPORT = re.compile(r'^import (?:(\{[^}]*\}|\* as \w+) from )?"(\.\.?/\w+)\.js";$', re.MULTILINE)
EXPORT = re.compile(r"^export (const|class) ([\w$]+)", re.MULTILINE)


def modules_of(script: Path) -> list[Path]:
    """Return the modules that a script needs, each after those that it needs itself, and the script last.

    Raises:
        RecursionError: two modules import each other.
    """
    found: list[Path] = []
    for each in IMPORT.finditer(script.read_text()):
        needed = (script.parent / f"{each[2]}.js").resolve()
        found += [module for module in modules_of(needed) if module not in found]
    return [*found, script]


def bundle(modules: list[Path]) -> str:
    """Return modules as one script: each but the last becomes a function that is called and returns what it exports.

    Only what our modules do is understood: imports at the beginning of a line, from the same folder or the one above,
    and exported constants and classes.
    """
    parts = []
    for module in modules[:-1]:
        text = module.read_text()
        exported = ", ".join(each[2] for each in EXPORT.finditer(text))
        body = IMPORT.sub(_taken, EXPORT.sub(r"\1 \2", text))
        parts.append(f"const ${module.stem} = (() => {{\n{body}return {{ {exported} }};\n}})();\n")
    return "".join([*parts, IMPORT.sub(_taken, modules[-1].read_text())])


def _taken(found: re.Match[str]) -> str:
    names, module = found.groups()
    return f"const {names.removeprefix('* as ')} = ${Path(module).name};" if names else ""


def packed(sheet: str) -> str:
    """Return a style sheet without comments and needless blanks.

    Blanks before a colon stay: `.a :is(.b)` is another selector than `.a:is(.b)`, which rcssmin makes of it.
    """
    bare = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    tight = re.sub(r"\s*([{};,>])\s*", r"\1", " ".join(bare.split()))
    return re.sub(r": ", ":", tight).replace(";}", "}")
