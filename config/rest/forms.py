"""What a form refused, as a problem: pages and programs are held to the same rules."""

from django.forms import BaseForm

from config.rest.problems import Problem, invalid


def problem_of(form: BaseForm) -> Problem:
    """Return the problem of a form that is not valid."""
    errors = form.errors.get_json_data()
    return invalid(
        (name if name != "__all__" else "body", str(each["message"]))
        for name, found in errors.items()
        for each in found
    )
