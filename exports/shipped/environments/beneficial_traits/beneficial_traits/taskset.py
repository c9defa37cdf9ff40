"""The environment for verifiers 0.4 and later."""

import asyncio
from collections.abc import Iterable

import verifiers.v1 as vf

from beneficial_traits.scoring import Situation, choice_of, outcome_of, plain, situations


class TraitData(vf.TaskData):
    """One situation, as it travels."""

    opening: list[dict[str, str]]
    turns: list[str]
    pressed_from: int
    rubric: str
    must_hold: list[str]
    trait_id: str
    domain: str
    difficulty: str


class TraitsConfig(vf.TasksetConfig):
    """Which rows are played. `--env.taskset.FIELD` on the command line."""

    dataset: str = ""
    """A repository on the Hub, or a folder that holds a release; empty when this package lies in one."""
    revision: str = ""
    """Tag on the Hub; empty means the release that this package came with."""
    pool: str = "train"
    """train, eval or attack."""
    split: str = ""
    """Of the training pool: train, validation or test_heldout_domain."""
    domains: list[str] = []
    traits: list[str] = []
    difficulties: list[str] = []
    """easy (one user turn), medium (several), hard (under pressure)."""
    limit: int = -1
    replay: bool = True
    """Whether scripted pressure is sent turn by turn, so that the model answers each turn itself."""


class BeneficialTraitsTask(vf.Task[TraitData]):
    """A situation whose replies are held against its rubric."""

    @property
    def key(self) -> str:
        """The row's id in the release, the same in every release."""
        return self.data.id or self.hash

    @vf.reward(weight=1.0)
    async def rubric(self, trace: vf.Trace) -> float:
        """Mean over the replies of points met / positive points."""
        messages = [plain(message) for message in trace.messages]
        given = self.data.model_dump(include=set(Situation._fields))
        outcome = await asyncio.to_thread(outcome_of, messages, Situation(**given))
        trace.record_metrics(outcome.metrics)
        return outcome.reward


class BeneficialTraitsTaskset(vf.Taskset[BeneficialTraitsTask, TraitsConfig]):
    """The chosen rows of a release."""

    def load(self) -> Iterable[BeneficialTraitsTask]:
        """Yield a task per row."""
        wishes = self.config.model_dump(
            include={"dataset", "revision", "pool", "split", "domains", "traits", "difficulties", "limit"}
        )
        for each in situations(choice_of(**wishes), replay=self.config.replay):
            yield BeneficialTraitsTask(
                TraitData(name=each.id, prompt=each.opening, **each._asdict()), self.config.task
            )


class BeneficialTraitsEnvConfig(vf.EnvConfig):
    """One seat, a plain conversation on this machine: nothing is executed, so no sandbox is rented."""

    agent: vf.AgentConfig = vf.AgentConfig(harness={"id": "null"}, runtime=vf.SubprocessConfig())


class BeneficialTraitsEnv(vf.Env[BeneficialTraitsEnvConfig]):
    """Plays a situation: its opening, then its scripted turns, each after a reply."""

    async def run(self, task: BeneficialTraitsTask, agents: vf.Agents) -> None:
        """Play one situation."""
        if not task.data.turns:
            await agents.agent.run(task)
            return
        async with agents.agent.interaction(task) as dialogue:
            segment = await dialogue.turn()
            for text in task.data.turns:
                if segment.terminated:
                    break
                segment = await dialogue.turn(text)
