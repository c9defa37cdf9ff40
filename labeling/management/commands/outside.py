"""./arete manage outside PROJECT: who judged a project's items elsewhere; with --take-back NUMBER, no longer."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count, Q

from labeling.actions.outside import take_back
from labeling.models import OutsideAnnotator, Project


class Command(BaseCommand):
    """List outside annotators, or take the verdicts of one back."""

    help = "Lists the outside annotators of a project by their numbers, or takes the verdicts of one back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what the command takes."""
        parser.add_argument("project", help="slug of a project")
        parser.add_argument("--take-back", type=int, metavar="NUMBER", help="of the outside annotator")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, or take back."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        people = OutsideAnnotator.objects.filter(project=project).select_related("project")
        if options["take_back"] is None:
            counted = people.annotate(count=Count("verdicts", filter=Q(verdicts__superseded_by=None)))
            for each in counted.order_by("number"):
                state = ", taken back" if each.withdrawn_at else ""
                self.stdout.write(f"{each.number:6d}  {each.count} verdicts  {each.source}{state}")
            return
        person = people.filter(number=options["take_back"]).first()
        if person is None:
            raise CommandError(f"“{project.slug}” has no outside annotator {options['take_back']}.")
        count = take_back(person, None)
        self.stdout.write(f"{count} verdicts were taken back. The next release leaves them out.")
