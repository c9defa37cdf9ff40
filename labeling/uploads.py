"""Files that people upload: streamed to disk, never past the operator's limit."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from config.wording import words

TOO_LARGE = words(
    "The file is larger than {limit:,} MB, the most that can be uploaded. Split it, or import it with ./arete manage import."
)
NO_SPACE = words(
    "The file could not be stored: {reason}. Nothing was imported. Ask an operator to make room, then try again."
)


class CappedUploads(TemporaryFileUploadHandler):
    """Keeps an upload in a temporary file; `request.upload_problem` says why when it could not."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file on disk."""
        self.taken = 0
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self.refuse(NO_SPACE.format(reason=error.strerror))

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write what arrived, unless there is too much of it."""
        self.taken += len(raw_data)
        if self.taken > settings.IMPORT_MAX_MB * 1_000_000:
            self.refuse(TOO_LARGE.format(limit=settings.IMPORT_MAX_MB))
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self.refuse(NO_SPACE.format(reason=error.strerror))
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """Hand the file over."""
        try:
            return super().file_complete(file_size)
        except OSError as error:
            self.refuse(NO_SPACE.format(reason=error.strerror))
        return None

    def refuse(self, reason: str) -> None:
        """Stop storing. The rest of the request is read and dropped, so that the browser sees the answer."""
        request: Any = self.request
        request.upload_problem = reason
        raise StopUpload(connection_reset=False)
