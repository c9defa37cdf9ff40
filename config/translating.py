"""What there is to translate, and whether a catalogue says all that annotators read.

Every page is marked. The pages in `TRANSLATED` have to be translated in full; the words of all others are collected
with `manage.py translations --all`. Only developers need this: polib is no dependency of what runs.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polib
from django.conf import settings
from django.utils.translation.template import templatize

from config import annotators

APPS = ("accounts", "config", "curation", "exports", "labeling", "results", "runs")
SINGULAR = {"gettext", "gettext_lazy", "_", "words"}
PLURAL = {"ngettext", "ngettext_lazy", "counting"}
_CALL = re.compile(r"\b(?:n?gettext|_)\((?=u?['\"])")
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?\w+")


class Message(NamedTuple):
    """A text to translate."""

    text: str
    plural: str = ""


def messages(root: Path = settings.ROOT) -> dict[Message, set[str]]:
    """Return every marked text, with the files that it stands in."""
    found: dict[Message, set[str]] = {}
    for path in sources(root):
        read = in_python if path.suffix == ".py" else in_template
        for message in read(path.read_text()):
            found.setdefault(message, set()).add(str(path.relative_to(root)))
    return found


def read_by_annotators(found: dict[Message, set[str]]) -> dict[Message, set[str]]:
    """Return what has to be translated: the texts that pages in other languages may show, with where those take them from."""
    theirs = annotators.files()
    return {message: names & theirs for message, names in found.items() if names & theirs}


def sources(root: Path) -> Iterator[Path]:
    """Yield the files that may hold marked texts."""
    for app in APPS:
        for path in sorted((root / app).rglob("*")):
            is_ours = path.suffix in {".html", ".py"} or (path.suffix == ".txt" and "templates" in path.parts)
            if is_ours and "migrations" not in path.parts:
                yield path


def in_python(source: str) -> Iterator[Message]:
    """Yield the texts that a module marks by a call with a literal."""
    marks = SINGULAR if "from config.wording import" in source else SINGULAR - {"words"}
    marks = marks | {"say"} if "from runs.words import" in source else marks
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
        if node.func.id in marks and texts:
            yield Message(str(texts[0]))
        elif node.func.id in PLURAL:
            yield Message(str(texts[0]), str(texts[1]))


def in_template(source: str) -> Iterator[Message]:
    """Yield the texts that a template marks, as Django reads them."""
    calls = templatize(source)
    for match in _CALL.finditer(calls):
        call = ast.parse(balanced(calls[match.start() :]), mode="eval").body
        texts = [str(each.value) for each in getattr(call, "args", ()) if isinstance(each, ast.Constant)]
        yield Message(*texts[:2])


def balanced(text: str) -> str:
    """Return a call up to its closing parenthesis."""
    for match in re.finditer(r"\)", text):
        try:
            ast.parse(text[: match.end()], mode="eval")
        except SyntaxError:
            continue
        return text[: match.end()]
    raise ValueError(text[:80])


def catalogue(language: str, root: Path = settings.ROOT) -> Path:
    """Return where the translations into a language stand."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def update(path: Path, wanted: dict[Message, set[str]], marked: dict[Message, set[str]]) -> None:
    """Bring a catalogue to what there is to translate, and compile it.

    Args:
        path: the catalogue.
        wanted: what shall stand in it, translated or not.
        marked: every text there is; what is translated of it stays.
    """
    old = {Message(each.msgid, each.msgid_plural): each for each in polib.pofile(str(path))}
    kept = {
        message: marked[message] for message, entry in old.items() if message in marked and is_said(entry)
    }
    wanted = kept | wanted
    made = polib.POFile(wrapwidth=110)
    made.metadata = polib.pofile(str(path)).metadata
    for message in sorted(wanted):
        entry = old.get(message) or polib.POEntry(msgid=message.text, msgid_plural=message.plural)
        if message.plural and not entry.msgstr_plural:
            entry.msgstr_plural = dict.fromkeys(range(forms_of(made)), "")
        entry.occurrences = [(name, "") for name in sorted(wanted[message])]
        made.append(entry)
    made.save(str(path))
    compile_to(path)


def is_said(entry: polib.POEntry) -> bool:
    """Whether somebody has translated a text, or begun to."""
    return bool(entry.msgstr or any(entry.msgstr_plural.values()))


def compile_to(path: Path) -> None:
    """Write the form of a catalogue that Django reads."""
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def forms_of(catalogue_: polib.POFile) -> int:
    """Return how many plural forms a language has."""
    found = re.search(r"nplurals=(\d+)", catalogue_.metadata["Plural-Forms"])
    return int(found[1]) if found else 2


def problems(path: Path, wanted: dict[Message, set[str]], marked: dict[Message, set[str]]) -> list[str]:
    """Return what is missing or wrong in a catalogue, one line each. Of what is not wanted, nothing need be translated."""
    read = polib.pofile(str(path))
    entries = {Message(each.msgid, each.msgid_plural): each for each in read}
    found = [f"not in the catalogue: {each.text}" for each in wanted if each not in entries]
    found += [f"nobody says it any more: {each.text}" for each in entries if each not in marked]
    for message, entry in entries.items():
        said = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
        is_whole = len(said) == (forms_of(read) if message.plural else 1) and all(said)
        if not is_whole and (message in wanted or is_said(entry)):
            found.append(f"not translated in full: {message.text}")
        found += [f"other placeholders: {each}" for each in said if each and not fits(each, message)]
    return found


def fits(said: str, message: Message) -> bool:
    """Whether a translation has the placeholders and tags of its text. Of the number itself some forms need none."""
    theirs = placeholders(said)
    if not message.plural:
        return theirs == placeholders(message.text)
    ours = placeholders(message.plural)
    return set(theirs) <= set(ours) and set(ours) - set(theirs) <= {"%(n)s", "%(shown)s", "%(total)s"}


def placeholders(text: str) -> list[str]:
    """Return what a text must keep: named parts and tags, in order of the alphabet."""
    return sorted(_PLACEHOLDER.findall(text))
