"""Pictures of phones that keep them as HEIC, decoded by PyAV. `heic_thumbnail` runs in a process of its own (kit/media_job.py)."""

from typing import IO, TYPE_CHECKING, Any, Final, cast

from harken.kit.pictures_heic import HEAD, Heic, read_heic

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

HEIC: Final = frozenset({"image/heic", "image/heif"})


def heic_size(file: IO[bytes]) -> tuple[int, int]:
    """Upright. Reads the beginning only; raises for what it cannot read."""
    file.seek(0)
    return read_heic(file.read(HEAD)).upright


def heic_thumbnail(file: IO[bytes], edge: int, most_pixels: int) -> "Picture | None":
    """Upright, `edge` or somewhat more wide or high; None where it is too big to decode."""
    import av
    from PIL import Image, ImageOps

    file.seek(0)
    heic = read_heic(file.read(HEAD))
    if heic.width * heic.height > most_pixels:
        return None
    scale = min(1.0, 2 * edge / max(heic.width, heic.height))
    canvas = Image.new("RGB", (max(1, round(heic.width * scale)), max(1, round(heic.height * scale))))
    file.seek(0)
    with av.open(file, mode="r", format="mov", options={"protocol_whitelist": "pipe"}, metadata_errors="ignore") as box:
        streams = [stream for stream in box.streams.video if stream.id in heic.tiles]
        for packet in box.demux(streams):
            for frame in cast("list[Any]", packet.decode()):
                _paste(canvas, frame.to_image(), heic, heic.tiles.index(packet.stream.id), scale)
    picture = ImageOps.mirror(canvas) if heic.mirrored else canvas
    return picture.rotate(heic.turned, expand=True)


def _paste(canvas: "Picture", tile: "Picture", heic: Heic, place: int, scale: float) -> None:
    """Each at its rounded place, so that there is no seam."""
    row, column = divmod(place, heic.columns)
    left, upper = column * tile.width, row * tile.height
    box = [round(scale * edge) for edge in (left, upper, left + tile.width, upper + tile.height)]
    if box[2] > box[0] and box[3] > box[1]:
        small = tile.resize((box[2] - box[0], box[3] - box[1]))  # pyright: ignore[reportUnknownMemberType]
        canvas.paste(small, (box[0], box[1]))
