"""What all attempts at a publication share, whatever kind of place it goes to."""

from django.db import transaction

from accounts.audit import record
from exports.actions.pieces import pieces_of
from exports.models import Publication, Release
from runs.work import RunFailed, Work


class Attempt:
    """One attempt at a publication. Every step looks first whether it was done before."""

    def __init__(self, work: Work, publication: Publication) -> None:
        self.work = work
        self.publication = publication
        self.release = publication.release
        self.destination = publication.destination
        self._refuse_changed_destination()
        self.ours = pieces_of(publication)
        self.steps = 0
        self.total = len(self.ours) + len(Publication.State) - 1

    def perform(self) -> None:
        """Bring everything there, then read it back."""
        raise NotImplementedError

    @property
    def is_erasing(self) -> bool:
        """Whether data shall go away rather than come."""
        return self.publication.purpose == Publication.Purpose.ERASE

    def _refuse_changed_destination(self) -> None:
        here = (self.destination.endpoint, self.destination.repo_id)
        if here != (self.publication.endpoint, self.publication.repo_id):
            raise RunFailed("The destination was changed since. Publish again to push to where it leads now.")
        if self.destination.needs_token and self.destination.secret is None:
            raise RunFailed(
                f"{self.destination} has no token. Enter one at the destination, then publish again."
            )

    def _sent(self, *paths: str) -> None:
        """Note that files are there."""
        self.steps += len(paths)
        self.work.checkpoint(self.steps, total=self.total)
        for path in paths:
            size = self.ours[path].stored.size
            if size > 1_000_000:
                self.work.log(f"Sent {path}, {size:,} bytes.")

    def _reached(self, state: Publication.State, said: str, **fields: str) -> None:
        """Write down a step that can't be lost any more."""
        with transaction.atomic():
            for name, value in {"state": state, **fields}.items():
                setattr(self.publication, name, value)
            self.publication.save(update_fields=["state", *fields])
            self.work.log(said)
            self.steps = len(self.ours) + list(Publication.State).index(state)
            self.work.checkpoint(self.steps, total=self.total)

    def _done(self) -> None:
        """Write down that everything was read back."""
        size = sum(piece.stored.size for piece in self.ours.values())
        with transaction.atomic():
            if not self.is_erasing:
                Release.objects.filter(pk=self.release.pk).update(state=Release.State.PUBLISHED)
            count = len(self.ours)
            self._reached(Publication.State.DONE, f"Read back: all {count} files agree, {size:,} bytes.")
            record(
                self.publication.created_by,
                "publication.done",
                self.publication,
                release=str(self.release),
                purpose=self.publication.purpose,
                commit=self.publication.commit_oid,
                tag=self.publication.tag,
            )
