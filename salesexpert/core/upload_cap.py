"""A body too large to be looked at is read off and thrown away, so that its sender gets a sentence, not a torn line."""

from typing import Any, cast

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class CappedUpload(FileUploadHandler):
    """First of the upload handlers: above `UPLOAD_BODY_LIMIT` bytes no file is kept, and `request.upload_refused` says so.

    The other fields of the form arrive as usual.
    """

    refused = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > settings.UPLOAD_BODY_LIMIT:
            self.refused = cast(Any, self.request).upload_refused = True

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.refused:
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
