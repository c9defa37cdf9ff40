"""Background work of exports: one line each, the actions do it."""

from exports.actions.build import run_build
from exports.actions.destinations import run_check
from exports.actions.papers import run_gates
from exports.actions.preview import run_preview
from exports.actions.publish import run_publish
from runs.registry import kind

kind("exports.build", queue="cpu", title="Cutting a release")(run_build)
kind("exports.publish", queue="io", title="Publishing")(run_publish)
kind("exports.check", queue="io", title="Checking the connection", max_attempts=1)(run_check)
kind("exports.preview", queue="cpu", title="Counting what a release would hold")(run_preview)
kind("exports.gates", queue="cpu", title="Checking gates and writing the card")(run_gates)
