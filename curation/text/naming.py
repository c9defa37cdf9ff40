"""Where a response gives its own model or maker away, which would spoil a blind comparison."""

# ruff: noqa: RUF001 - other scripts have their own punctuation.

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MODELS = (
    "ChatGPT", "GPT", "OpenAI o1", "OpenAI o3", "Claude", "Gemini", "Gemma", "Bard", "LaMDA", "PaLM", "Llama", "Mistral",
    "Mixtral", "Ministral", "Magistral", "Le Chat", "Qwen", "QwQ", "Tongyi Qianwen", "通义千问", "通义", "DeepSeek",
    "Grok", "Command R", "Command A", "Copilot", "Bing Chat", "Phi-2", "Phi-3", "Phi-4", "Kimi", "GLM",
    "ChatGLM", "智谱清言", "Nemotron", "Granite", "Nova", "Titan", "Jamba", "OLMo", "Tülu", "Tulu", "Falcon", "Vicuna", "Alpaca", "Zephyr",
    "ERNIE", "文心一言", "Hunyuan", "混元", "Doubao", "豆包", "SmolLM", "Hermes", "GigaChat", "YandexGPT", "Solar",
    "EXAONE", "InternLM", "Baichuan", "MiniMax", "Apertus",
)  # fmt: skip
MAKERS = (
    "OpenAI", "Anthropic", "Google DeepMind", "Google AI", "Google", "DeepMind", "Meta AI", "Meta", "Mistral AI",
    "Mistral", "Alibaba Cloud", "Alibaba", "阿里云", "阿里巴巴", "DeepSeek", "深度求索", "xAI", "Cohere", "Microsoft",
    "Moonshot AI", "月之暗面", "Zhipu AI", "Zhipu", "智谱AI", "智谱", "Z.ai", "01.AI", "NVIDIA", "IBM", "Amazon",
    "AI21 Labs", "Allen Institute for AI", "Ai2", "Databricks", "Technology Innovation Institute", "Hugging Face",
    "Inflection AI", "Reka", "Baidu", "百度", "Tencent", "腾讯", "ByteDance", "字节跳动", "StepFun", "Nous Research",
    "Stability AI", "LG AI Research", "Upstage", "Sber", "Yandex", "MiniMax", "LMSYS",
)  # fmt: skip
ORDINARY = frozenset({
    "claude", "gemini", "bard", "palm", "nova", "falcon", "titan", "alpaca", "zephyr", "hermes",
    "granite", "solar", "kimi", "ernie", "mistral", "copilot", "grok", "vicuna", "command a", "llama",
})  # fmt: skip
"""Names that people, animals and things have too: alone they say nothing, unless the model is called so."""
SIZES = re.compile(
    r"^(?:v?\d[\d.]*[bkm]?|instruct|chat|it|base|preview|latest|mini|small|medium|large|pro|turbo|model)$"
)
"""Parts of a model's id that name no model."""


def _any_of(names: tuple[str, ...]) -> str:
    longest_first = sorted(names, key=len, reverse=True)
    return "|".join(re.escape(name) for name in longest_first)


# A name goes on with its version: “GPT-4o”, “Llama 3.1”, “Qwen2.5-72B-Instruct”. Chinese has no space before it.
_VERSION = r"(?:[- ]?v?\d[\w.]*)?(?:-\w[\w.]*)*"
_NAME = rf"(?<![A-Za-z0-9])(?P<name>{_any_of(MODELS)}){_VERSION}(?![A-Za-z])"
_MAKER = rf"(?<![A-Za-z0-9])(?:{_any_of(MAKERS)})(?![A-Za-z])"
_ARTICLE = r"(?:the |an? |o |el |la |le |un |une |una |um |uma |ein |eine |der |das |die )?"
_KIND = (
    r"(?:(?:large |helpful |conversational )*(?:AI|A\.I\.|artificial intelligence|language|chat)?[- ]?"
    r"(?:language model|model|assistant|chatbot|bot|system|Sprachmodell|KI-Assistent|modelo de lenguaje|"
    r"modelo de linguagem|modèle de langage|modello linguistico)(?: (?:called|named|llamado|chamado|appelé|namens))? )?"
)
_I_AM = (
    r"(?:\b(?:I am|I'm|I’m|my name is|my name's|call me|you(?:'re|’re| are) (?:talking|chatting|speaking) (?:to|with)"
    r"|soy|me llamo|mi nombre es|je suis|je m['’]appelle|mon nom est|ich bin|ich heiße|mein name ist|eu sou|sou"
    r"|me chamo|meu nome é|sono|mi chiamo|jag är|ik ben|jestem|меня зовут)\s+"
    r"|\bя\s*[,—–-]?\s*|(?:我是|我叫|我的名字是|私は|저는|أنا|اسمي)\s*)"
)
_MADE = (
    r"(?:made|created|built|developed|trained|designed|programmed|provided|released|fine-tuned|powered|"
    r"creado|creada|desarrollado|desarrollada|entrenado|entrenada|diseñado|criado|desenvolvido|treinado|"
    r"créé|développé|entraîné|conçu|creato|sviluppato|addestrato|создан\w*|разработан\w*|обучен\w*)"
)
_AI = r"(?:AI|IA|assistant|chatbot|bot|language model|LLM|model|asistente|assistente|modelo|modèle|modello)"
_START = r"(?:^|(?<=[.!?:;\n\"“(*])) *\**"

_RULES = [
    # “I'm ChatGPT”, “Soy un modelo de lenguaje llamado Qwen”, “我是通义千问”
    rf"{_I_AM}\**{_ARTICLE}{_KIND}[\"“*]*{_NAME}",
    # “As ChatGPT, I can't …”; not “tools such as ChatGPT, …”
    rf"{_START}(?:as|como|en tant que|als|come|作为|بصفتي|как)\s*{_ARTICLE}{_KIND}{_NAME}\**\s*[,，،]",
    # “This is Claude, an AI assistant”, “Claude here”
    rf"{_START}(?:this is )?{_NAME} here\b",
    # “I was trained by OpenAI”, “an AI assistant developed by Anthropic, so I …”
    rf"\b(?:I was|I have been|I've been|I’ve been|we were|fui|he sido|j['’]ai été|fui eu|sono stato)\s+(?:\w+\s+){{0,3}}?"
    rf"{_MADE} (?:and \w+ )?(?:by|at|por|par|da|di)\s+(?:the team at |researchers at )?{_MAKER}",
    rf"\b(?:I am|I'm|I’m|soy|je suis|eu sou|sou|sono)\s[^.!?\n]{{0,50}}?\b{_AI}\b[^.!?\n]{{0,50}}?"
    rf"\b{_MADE} (?:and \w+ )?(?:by|at|por|par|da|di)\s+(?:the team at |researchers at )?{_MAKER}",
    rf"{_START}(?:as|como|en tant que|als|come) [^.!?\n,]{{0,60}}?"
    rf"(?:\b{_MADE} (?:by|at|por|par|da|di)|\bfrom|\bof|\bde|\bvon)\s+{_MAKER}",
    rf"\bich (?:wurde|bin)\s[^.!?\n]{{0,80}}?\bvon {_MAKER}[^.!?\n]{{0,20}}?(?:entwickelt|trainiert|erstellt|geschaffen)",
    rf"(?:我是|我由|我是由|作为)[^。！？\n]{{0,30}}?{_MAKER}[^。！？\n]{{0,12}}?(?:开发|训练|创建|研发|推出|打造|提供)",
    rf"(?:أنا|تم تطويري|تم تدريبي)[^.!؟\n]{{0,60}}?(?:من قبل|بواسطة|طورته|دربته)\s+(?:شركة )?{_MAKER}",
    rf"\b(?:меня|я)\s[^.!?\n]{{0,60}}?{_MADE}\s+(?:компанией |командой )?{_MAKER}",
    # “my creators at Anthropic”, “my developer, OpenAI”, “OpenAI's policies don't let me”
    rf"\bmy (?:creators?|makers?|developers?|trainers?|engineers?|parent company|company)(?: at|,| is| are)? {_MAKER}",
    rf"\b(?:here|we|us) at {_MAKER}(?=[^.!?\n]{{0,60}}?\b(?:trained|built|made|designed) me\b)",
    rf"{_MAKER}['’]s (?:[\w-]+ ){{0,3}}?(?:polic(?:y|ies)|guidelines|rules|terms)[^.!?\n]{{0,80}}?\b(?:me|my|I)\b",
    rf"\b{_MAKER} (?:made|created|built|developed|trained|designed|programmed) me\b",
]
_COMPILED = [re.compile(rule, re.IGNORECASE | re.MULTILINE) for rule in _RULES]
_FOLDED = {name.casefold() for name in (*MODELS, *MAKERS)}
_WHOLE = {
    name: re.compile(rf"(?<![a-z]){re.escape(name)}(?![a-z])")
    for name in _FOLDED
    # Where “google ai” stands, “google” is found anyway.
    if not any(name.startswith(f"{other} ") for other in _FOLDED)
}
LONGEST = 50_000
"""Characters that are looked at: who names himself does it early."""
_AI_WORDS = re.compile(
    r"\b(?:AI|A\.I\.|assistant|chatbot|bot|language model|LLM|model|KI|IA|asistente|assistente|modelo|modèle|Sprachmodell"
    rf"|{_any_of(MAKERS)})\b|人工智能|助手|模型|ذكاء|مساعد|ассистент|модель",
    re.IGNORECASE,
)
_SENTENCE_ENDS = re.compile(r"[.!?。！？\n]")


class Passage(NamedTuple):
    """Where a text names its model or maker: offsets into the text."""

    start: int
    end: int


def leaks_identity(text: str, model: str = "") -> bool:
    """Say whether a response names the model that wrote it, or that model's maker.

    It is a mark for people to look at, so it may err: a character in a play who is an assistant by that name is
    marked too. Talk *about* models is not: “ChatGPT was released in 2022”, “tools such as Gemini”.

    Args:
        text: of the response.
        model: its name as the endpoint or the file tells it; empty when unknown.
    """
    return next(_found(text, model), None) is not None


def self_namings(text: str, model: str = "") -> list[Passage]:
    """Return the passages in which a response names its model or maker, in order and without overlaps."""
    passages: list[Passage] = []
    for start, end in sorted(_found(text, model)):
        if passages and start < passages[-1].end:
            passages[-1] = Passage(passages[-1].start, max(end, passages[-1].end))
        else:
            passages.append(Passage(start, end))
    return passages


def _found(text: str, model: str) -> Iterator[Passage]:
    text = text[:LONGEST]
    folded = text.casefold()
    own = _own_pattern(model)
    if own is not None and own.first in folded:
        yield from (Passage(*match.span()) for match in own.pattern.finditer(text))
    # Most responses name nobody, and then the rules need not look.
    if not any(name in folded and whole.search(folded) for name, whole in _WHOLE.items()):
        return
    family = _family(model)
    for rule in _COMPILED:
        for match in rule.finditer(text):
            if _counts(text, match, family):
                yield Passage(*match.span())


def _counts(text: str, match: "re.Match[str]", family: str) -> bool:
    """Say whether what was found is a model and not, say, a baker called Claude."""
    name = (match.groupdict().get("name") or "").casefold()
    if name not in ORDINARY or (family and name in family):
        return True
    end = _SENTENCE_ENDS.search(text, match.end())
    sentence = text[match.start() : end.end() if end else len(text)][:400]
    return bool(re.search(r"\d", match.group())) or _AI_WORDS.search(sentence) is not None


def _family(model: str) -> str:
    return model.rpartition("/")[2].casefold()


class _Own(NamedTuple):
    first: str
    """Found in every text that the pattern finds, and found quicker."""
    pattern: "re.Pattern[str]"


@lru_cache(maxsize=256)
def _own_pattern(model: str) -> _Own | None:
    """Return what finds the id of a model that nothing else is called, such as `qwen2.5-7b-instruct`."""
    name = _family(model)
    parts = [part for part in re.split(r"[-_ :@]", name) if part and not SIZES.match(part)]
    is_telling = len(name) >= 5 and any(map(str.isdigit, name)) and parts and len(parts[0]) > 2
    if not is_telling:
        return None
    spaced = r"[-_ :@]?".join(re.escape(part) for part in re.split(r"[-_ :@]+", name) if part)
    return _Own(parts[0], re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE))
