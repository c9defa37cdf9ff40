"""What people say about a benchmark that they add."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from curation.actions.benchmarks import BenchmarkFacts
from curation.benchmark_files import COLUMNS, ENDINGS, TEXT_ENDINGS, ending_of
from curation.forms.boxes import flat, line, text
from curation.models import Benchmark

FEWEST_WORDS, MOST_WORDS = 2, 50
KINDS = [("texts", _("Texts")), ("hashes", _("Hashes of its n-grams, when you may not hand the texts out"))]


class BenchmarkForm(forms.Form):
    """A name, and a file of texts or hashes."""

    name = forms.CharField(
        max_length=120,
        widget=line(dir="auto"),
        help_text=_("With its version or split, as others call it."),
        error_messages={"required": _("Enter a name.")},
        label=_("Name"),
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=text(2),
        help_text=_("Where the file is from, and under which terms."),
        label=_("Note"),
    )
    kind = forms.ChoiceField(
        label=_("What the file holds"),
        choices=KINDS,
        initial="texts",
        widget=forms.Select({"class": "select"}),
    )
    n = forms.IntegerField(
        label=_("Words in a run"),
        min_value=FEWEST_WORDS,
        max_value=MOST_WORDS,
        widget=forms.NumberInput({"class": "input"}),
        help_text=_(
            "Scenarios are held against runs of so many words. For hashes: the length they were made with."
        ),
    )
    column = forms.CharField(
        label=_("Column of the texts"),
        required=False,
        max_length=200,
        widget=line(spellcheck="false", autocapitalize="off"),
        help_text=format_lazy(
            _("Empty: the first that is there of {columns}. A text file needs none: each line counts."),
            columns=", ".join(COLUMNS),
        ),
    )
    # The last field, so that the others have arrived when too large a file stops the request.
    file = forms.FileField(
        help_text=_(
            "Text, JSON lines, JSON, CSV or Parquet; hashes as text, one a line. It is deleted once it is read."
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
        label=_("File"),
    )

    def __init__(self, *args: Any, upload_problem: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.upload_problem = upload_problem
        self.fields["n"].initial = settings.CONTAMINATION_WORDS
        self.fields["file"].widget.attrs["class"] = "input"
        if upload_problem:
            self.fields["file"].required = False

    def clean_name(self) -> str:
        """Check that no other benchmark is called so."""
        name = flat(self.cleaned_data["name"]).strip()
        if Benchmark.objects.filter(name=name).exists():
            raise forms.ValidationError(_("There is a benchmark of this name. Add its version or split."))
        return name

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Check that the file's name says a format we read."""
        if self.upload_problem:
            raise forms.ValidationError(self.upload_problem)
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        ending = ending_of(file.name or "")
        if not ending:
            raise forms.ValidationError(
                _("Choose a file whose name ends in %(endings)s; text also with .gz.")
                % {"endings": ", ".join(ENDINGS)}
            )
        if self.cleaned_data.get("kind") == "hashes" and ending not in TEXT_ENDINGS:
            raise forms.ValidationError(_("Hashes come as a text file (.txt), one a line."))
        return file

    @property
    def facts(self) -> BenchmarkFacts:
        """What was said, once it is valid."""
        said = self.cleaned_data
        return BenchmarkFacts(
            name=said["name"],
            note=flat(said["note"]),
            n=said["n"],
            column=flat(said["column"]).strip(),
            is_hashed=said["kind"] == "hashes",
        )
