"""Files for the demo, drawn and sounded by the program itself: a photo, a PDF and a voice note."""

import io
import math
from random import Random

import av
from PIL import Image, ImageDraw, ImageFilter


def photo(random: Random) -> bytes:
    """A JPEG of 900 x 675 pixels: a lamp on a table, in some light."""
    warm = random.randint(150, 235)
    image = Image.new("RGB", (900, 675), (warm, warm - 28, warm - 64))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 470, 900, 675), fill=(warm - 90, warm - 110, warm - 128))
    x = random.randint(300, 600)
    glow = Image.new("RGB", image.size, (0, 0, 0))
    ImageDraw.Draw(glow).ellipse((x - 260, 60, x + 260, 520), fill=(90, 74, 40))
    image = Image.blend(image, Image.composite(glow, image, glow.convert("L")), 0.25).filter(
        ImageFilter.GaussianBlur(3)
    )
    draw = ImageDraw.Draw(image)
    draw.rectangle((x - 7, 270, x + 7, 520), fill=(52, 46, 42))
    draw.ellipse((x - 90, 500, x + 90, 545), fill=(52, 46, 42))
    draw.polygon([(x - 70, 130), (x + 70, 130), (x + 130, 290), (x - 130, 290)], fill=(244, 226, 190))
    for _ in range(random.randint(3, 6)):  # the crack
        start = (x + random.randint(-80, 80), random.randint(150, 280))
        draw.line(
            [start, (start[0] + random.randint(-50, 50), start[1] + random.randint(10, 60))], fill=(96, 80, 60), width=3
        )
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82)
    return out.getvalue()


def pdf(title: str, lines: list[str]) -> bytes:
    """A PDF of one A4 page, in Helvetica; text is Latin-1."""

    def shown(text: str) -> str:
        return (
            text.encode("latin-1", "replace")
            .decode("latin-1")
            .replace("\\", r"\\")
            .replace("(", r"\(")
            .replace(")", r"\)")
        )

    body = [f"BT /F1 22 Tf 60 770 Td ({shown(title)}) Tj ET"]
    body += [f"BT /F1 11 Tf 60 {730 - 18 * n} Td ({shown(line)}) Tj ET" for n, line in enumerate(lines)]
    stream = "\n".join(body).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), list[int]()
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def voice(random: Random, seconds: float) -> bytes:
    """An Ogg/Opus voice note, mono, 48 kHz: hummed syllables."""
    rate, total = 48_000, int(seconds * 48_000)
    pitch, samples, position = random.uniform(110, 210), bytearray(), 0
    while position < total:
        length = int(rate * random.uniform(0.12, 0.32))
        tone, loud = pitch * random.uniform(0.85, 1.25), random.uniform(0.15, 0.8) if random.random() > 0.18 else 0.01
        for n in range(min(length, total - position)):
            shape = math.sin(math.pi * n / length) * loud
            phase = 2 * math.pi * tone * n / rate
            value = shape * (0.6 * math.sin(phase) + 0.3 * math.sin(2 * phase) + 0.1 * math.sin(5 * phase))
            samples += int(value * 20_000).to_bytes(2, "little", signed=True)
        position += length
    return _opus(bytes(samples), rate)


def _opus(samples: bytes, rate: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=rate, layout="mono")  # pyright: ignore[reportUnknownMemberType]
        for start in range(0, len(samples) // 2, 960):
            chunk = samples[start * 2 : (start + 960) * 2].ljust(1920, b"\0")
            frame = av.AudioFrame(format="s16", layout="mono", samples=960)
            frame.planes[0].update(chunk)
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]
        container.mux(stream.encode(None))  # pyright: ignore[reportUnknownMemberType]
    return out.getvalue()
