"""Pictures on papers: logo, stamp, signature, illustrations. Whatever is uploaded is drawn anew, so a file is a picture
and nothing else."""

import io
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from salesexpert.core.errors import DomainError

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2000


class PictureRefused(DomainError):
    pass


def clean_picture(upload: UploadedFile) -> ContentFile:
    """The uploaded PNG, JPEG or WebP as a PNG of at most 2000 pixels a side, its transparency kept.

    Raises PictureRefused with the sentence for the field.
    """
    # Here, not above: only who uploads a picture needs it.
    from PIL import Image, UnidentifiedImageError

    if (upload.size or 0) > MOST_BYTES:
        raise PictureRefused(_("The picture is larger than 5 MB."))
    try:
        upload.seek(0)
        picture: Any = Image.open(upload, formats=("PNG", "JPEG", "WEBP"))
        if picture.width * picture.height > MOST_PIXELS:
            raise PictureRefused(_("The picture has more than 40 million points."))
        picture.load()
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:  # fmt: skip
        raise PictureRefused(
            _("This is not a picture that can be read: send a PNG, JPEG or WebP.")
        ) from error
    picture = picture.convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return ContentFile(out.getvalue(), name="picture.png")
