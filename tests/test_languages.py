"""Pages in other languages: the catalogues are whole, annotators' pages are translated, all else stays in English."""

import json
import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import translation
from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from pytest_django import Settings

from config import annotators, translating
from config.saying import NOTES, TRANSLATED, offered, told
from config.wording import as_json, counting, from_json, words
from curation.forms.scenario_edit import WARNINGS
from labeling.models import Round
from labeling.questions import REASONS
from labeling.views.panel import REASON_NAMES
from tests.factories import make_user
from tests.labeling.pages import assignment_on, one_item, open_session
from tests.labeling.scenes import answer_to, make_labeling_project, make_member, signed_in
from tests.untranslated import untranslated

OTHERS = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
ARABIC = {"Accept-Language": "ar"}
GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def marked_templates() -> list[Path]:
    """Return the templates in which no English may stand unmarked."""
    return sorted(
        path for app in translating.APPS for path in (settings.ROOT / app).rglob("templates/**/*.*")
    )


@pytest.mark.parametrize("language", OTHERS)
def test_all_that_annotators_read_is_translated_with_its_placeholders_and_plural_forms(language: str):
    marked = translating.messages()
    wanted = translating.read_by_annotators(marked)

    assert translating.problems(translating.catalogue(language), wanted, marked) == []


def test_the_files_that_annotators_read_exist():
    assert [name for name in annotators.files() if not (settings.ROOT / name).is_file()] == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_says_what_the_written_one_says(language: str):
    path = translating.catalogue(language)

    compiled = polib.mofile(str(path.with_suffix(".mo")))

    def said(catalogue: polib.POFile | polib.MOFile) -> dict[str, object]:
        return {
            each.msgid: {int(n): text for n, text in each.msgstr_plural.items()} or each.msgstr
            for each in catalogue
            if each.msgstr or any(each.msgstr_plural.values())
        }

    assert said(compiled) == said(polib.pofile(str(path)))


def test_what_only_others_read_may_wait_but_not_half_translated(tmp_path: Path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=n!=1;\\n"\n\n'
        'msgid "%(n)s word"\nmsgid_plural "%(n)s words"\nmsgstr[0] "ein Wort"\nmsgstr[1] ""\n\n'
        'msgid "Home"\nmsgstr ""\n\nmsgid "Rooms"\nmsgstr ""\n'
    )
    home, rooms, counted = map(translating.Message, ("Home", "Rooms", "%(n)s word"), ("", "", "%(n)s words"))
    marked = {home: {"a.html"}, rooms: {"b.html"}, counted: {"b.html"}}

    assert translating.problems(path, {home: {"a.html"}}, marked) == [
        "not translated in full: %(n)s word",
        "not translated in full: Home",
    ]


def test_a_missing_plural_form_and_a_lost_placeholder_are_noticed(tmp_path: Path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=n!=1;\\n"\n\n'
        'msgid "%(n)s word"\nmsgid_plural "%(n)s words"\nmsgstr[0] "ein Wort"\nmsgstr[1] ""\n\n'
        'msgid "Join %(project)s"\nmsgstr "Beitreten"\n'
    )
    wanted = {
        translating.Message("%(n)s word", "%(n)s words"): {"a.html"},
        translating.Message("Join %(project)s"): {"a.html"},
        translating.Message("Home"): {"a.html"},
    }

    assert translating.problems(path, wanted, wanted) == [
        "not in the catalogue: Home",
        "not translated in full: %(n)s word",
        "other placeholders: Beitreten",
    ]


def test_a_catalogue_takes_up_what_annotators_read_and_keeps_what_else_is_translated(tmp_path: Path):
    path = tmp_path / "django.po"
    path.write_text(
        'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=n!=1;\\n"\n\n'
        'msgid "Traits"\nmsgstr "Merkmale"\n\nmsgid "Pools"\nmsgstr ""\n\nmsgid "Gone"\nmsgstr "Weg"\n'
    )
    traits, pools, home = (translating.Message(each) for each in ("Traits", "Pools", "Home"))
    marked = {traits: {"a.html"}, pools: {"a.html"}, home: {"b.html"}}

    translating.update(path, {home: {"b.html"}}, marked)

    assert [each.msgid for each in polib.pofile(str(path))] == ["Home", "Traits"]
    assert translating.problems(path, {home: {"b.html"}}, marked) == ["not translated in full: Home"]
    translating.update(path, marked, marked)
    assert [each.msgid for each in polib.pofile(str(path))] == ["Home", "Pools", "Traits"]


def test_annotators_texts_are_told_by_the_files_they_stand_in():
    home, lead = translating.Message("Home"), translating.Message("Trait versions")
    found = {
        home: {"config/templates/_nav.html", "curation/templates/curation/traits.html"},
        lead: {"labeling/x.html"},
    }

    assert translating.read_by_annotators(found) == {home: {"config/templates/_nav.html"}}


@pytest.mark.parametrize("path", marked_templates(), ids=lambda path: path.name)
def test_no_english_is_left_unmarked(path: Path):
    assert untranslated(path) == []


def test_unmarked_english_is_found(tmp_path: Path):
    path = tmp_path / "page.html"
    path.write_text('<p aria-label="Close it">Hello {{ name|default:"Nobody" }}</p>{% translate "Fine" %}')

    assert untranslated(path) == [
        'page.html: |default:"N',
        "page.html: Close",
        "page.html: it",
        "page.html: Hello",
    ]


def test_what_is_translated_exists():
    known = {
        f"{app}:{name}"
        for app in ("accounts", "exports", "labeling")
        for name in get_resolver().namespace_dict[app][1].reverse_dict
    } | set(get_resolver().reverse_dict)

    assert known >= TRANSLATED


def test_no_word_of_ours_takes_the_place_of_a_month_or_a_day():
    """Dates are written with Django's words, and ours come before them."""
    days = {str(each) for names in (MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR) for each in names.values()}

    assert days.isdisjoint(message.text for message in translating.messages())


def test_content_notes_and_reasons_that_the_house_offers_have_words():
    assert set(NOTES) == set(WARNINGS)
    assert list(REASON_NAMES) == list(REASONS)


def test_words_are_english_until_they_are_told():
    problem = words("Rate every response on {trait}.", trait=words("All in all"))

    assert problem == "Rate every response on All in all."
    with translation.override("de"):
        assert told(problem) == "Stufen Sie jede Antwort bei Alles in allem ein."
        assert problem == "Rate every response on All in all."


@pytest.mark.parametrize(
    ("number", "english", "german"),
    [
        (1, "1 pair of Law below", "1 Paar von Law darunter"),
        (2600, "2,600 pairs of Law below", "2.600 Paare von Law darunter"),
    ],
)
def test_what_is_counted_is_said_in_the_forms_of_the_language_also_when_it_was_stored(
    tmp_path: Path, settings: Settings, number: int, english: str, german: str
):
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    catalogue.append(
        polib.POEntry(
            msgid="{n} pair of {name} below",
            msgid_plural="{n} pairs of {name} below",
            msgstr_plural={0: "{n} Paar von {name} darunter", 1: "{n} Paare von {name} darunter"},
        )
    )
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [str(tmp_path)]

    said = counting("{n} pair of {name} below", "{n} pairs of {name} below", number, name="Law")
    stored = json.loads(json.dumps(as_json(words("{what}.", what=said))))

    assert said == english
    assert from_json(stored) == f"{english}."
    with translation.override("de"):
        assert told(from_json(stored)) == f"{german}."


def test_choices_are_offered_in_the_readers_language_and_stored_in_english():
    offered_kinds = offered(Round.Kind)

    with translation.override("de"):
        assert [(value, str(label)) for value, label in offered_kinds] == [
            ("qualification", "Qualifizierung"),
            ("norming", "Abgleich"),
        ]
        assert Round(kind="norming").get_kind_display() == "Norming"


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (1, "كلمة واحدة"),
        (2, "كلمتان"),
        (3, "3 كلمات"),
        (11, "11 كلمة"),
        (100, "100 كلمة"),
    ],
)
def test_arabic_counts_in_its_own_forms(number: int, says: str):
    with translation.override("ar"):
        assert translation.ngettext("%(n)s word", "%(n)s words", number) % {"n": number} == says


@pytest.mark.django_db
def test_an_annotators_page_comes_in_the_language_that_the_browser_asks_for():
    client = signed_in(make_user(name="Rana"))

    home = client.get("/", headers=ARABIC)

    assert '<html lang="ar" dir="rtl"' in home.content.decode()
    assert "مرحبًا، Rana" in home.content.decode()
    assert home["Content-Language"] == "ar"
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in home["Vary"].split(",")}
    assert translation.get_language() == "en"


@pytest.mark.django_db
def test_what_is_not_translated_is_english_throughout():
    client = signed_in(make_user())

    page = client.get("/traits/", headers=ARABIC)

    assert '<html lang="en">' in page.content.decode()
    assert ">Home</a>" in page.content.decode()
    assert page["Content-Language"] == "en"


@pytest.mark.django_db
def test_a_language_chosen_on_this_device_holds_against_the_browsers():
    client = signed_in(make_user())

    chosen = client.post("/language/", {"language": "de", "next": "/help/"}, headers=ARABIC)

    assert (chosen.status_code, chosen["Location"]) == (302, "/help/")
    page = client.get("/help/", headers=ARABIC).content.decode()
    assert '<html lang="de">' in page
    assert 'value="de" lang="de" aria-current="true"' in page


@pytest.mark.django_db
def test_a_language_nobody_translated_is_answered_in_english():
    client = signed_in(make_user())
    client.post("/language/", {"language": "tlh", "next": "//elsewhere.example/"})

    assert '<html lang="en">' in client.get("/help/").content.decode()


@pytest.mark.django_db
def test_strangers_choose_a_language_too():
    page = Client().get(reverse("labeling:join", args=["ended"]), headers=GERMAN)

    assert "Dieser Link ist abgelaufen" in page.content.decode()
    assert 'action="/language/"' in page.content.decode()


@pytest.mark.django_db
def test_people_with_different_languages_never_get_each_others_panels():
    project, _, client = one_item()
    english = open_session(client, project)

    german = open_session(client, project, **{"Accept-Language": "de"})
    again = open_session(client, project)

    assert "Welche ist bei jedem Merkmal besser?" in german
    assert "Es belastet mich" in german
    assert "Which is better on each trait?" not in german
    for page in (english, again):
        assert "Which is better on each trait?" in page
        assert "It is distressing" in page


@pytest.mark.django_db
def test_what_is_missing_is_said_in_the_readers_language_to_scripts_and_to_people():
    project, _, client = one_item()
    assignment = assignment_on(open_session(client, project))
    body = answer_to(assignment, submission_id="none")

    said = client.post(
        f"/assignments/{assignment.pk}/submit", body, headers={"Accept": "application/json", **GERMAN}
    )
    page = client.post(f"/assignments/{assignment.pk}/submit", body, headers=GERMAN)

    message = "Die Seite hat keine gültige Kennung gesendet. Laden Sie sie neu; Ihr Entwurf bleibt erhalten."
    assert {"field": "submission_id", "message": message} in json.loads(said.content)["errors"]
    assert message in page.content.decode()


@pytest.mark.django_db
def test_a_count_and_a_day_are_written_as_the_language_writes_them():
    project = make_labeling_project(items=1)
    client = signed_in(make_member(project))

    page = open_session(client, project, **GERMAN)

    assert re.search(r"\d (?:Wort|Wörter)</span>", page)
    assert re.search(r"in Kraft seit \d+\. \w+ 20\d\d", page)
    assert re.search(r'data-expires="20\d\d-\d\d-\d\dT', page)


@pytest.mark.django_db
def test_files_of_ones_own_are_the_same_in_every_language():
    client = signed_in(make_user())

    files = [client.get("/me/hours.csv", headers=asked) for asked in ({}, ARABIC, GERMAN)]

    assert len({b"".join(file) for file in files}) == 1
