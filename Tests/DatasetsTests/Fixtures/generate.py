#!/usr/bin/env python3
"""Writes the image files that DatasetsTests decode, each with its expected pixels as a PPM file.

PNG: every colour type and depth, written here byte by byte; the expected pixels follow from the
samples by the PNG specification, with transparency over white. Pillow must agree.
JPEG: written by Pillow; the expected pixels are Pillow's.
Resizing: Pillow's Image.resize with BILINEAR.
Squares for training: Pillow's decoder (scaled by draft where an image is at least twice as large as
needed), resize with BILINEAR, crop.

Made with Python 3.11, numpy 2.4.6 and Pillow 13.0.0:  python3 generate.py
"""
import io
import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = os.path.dirname(os.path.abspath(__file__))
W, H = 11, 9


def write(name, data):
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data)


def write_ppm(name, rgb):
    height, width, _ = rgb.shape
    write(name + ".ppm", b"P6\n%d %d\n255\n" % (width, height) + rgb.astype(np.uint8).tobytes())


def picture(width, height):
    """Smooth colours with an edge and some texture; different in every corner."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    u, v = x / (width - 1), y / (height - 1)
    red = 230 * u + 20 * np.sin(9 * v)
    green = 200 * v + 40 * (u > 0.6)
    blue = 128 + 100 * np.cos(4 * u + 5 * v) * (1 - 0.5 * u)
    return np.clip(np.stack([red, green, blue], axis=2), 0, 255).astype(np.uint8)


# PNG ---------------------------------------------------------------------------------------------

CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def packed(samples, depth):
    """Rows of samples H×W×C as PNG scan lines, each with filter 0."""
    lines = b""
    for row in samples:
        values = row.reshape(-1)
        if depth == 16:
            line = values.astype(">u2").tobytes()
        elif depth == 8:
            line = values.astype(np.uint8).tobytes()
        else:
            bits = ((values[:, None] >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
            line = np.packbits(bits.reshape(-1)).tobytes()
        lines += b"\0" + line
    return lines


def png(samples, color, depth, interlaced=False, chunks=()):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = samples.shape[:2]
    if interlaced:
        passes = [samples[y0::dy, x0::dx] for x0, y0, dx, dy in ADAM7]
        lines = b"".join(packed(part, depth) for part in passes if part.size)
    else:
        lines = packed(samples, depth)
    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced))
    body = b"".join(chunk(kind, data) for kind, data in chunks)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body
            + chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b""))


def over_white(rgb, alpha):
    return (rgb.astype(np.int64) * alpha[..., None] + 255 * (255 - alpha[..., None]) + 127) // 255


def write_pngs():
    random = np.random.RandomState(1)

    def to_8(samples, depth):
        # Scales 16 bits or fewer to 8, so that the largest value stays the largest.
        return np.floor(samples / (2**depth - 1) * 255 + 0.5).astype(np.int64)

    def case(name, color, depth, interlaced=False, palette_alpha=None, key=None):
        samples = random.randint(0, 2**depth, (H, W, CHANNELS[color]))
        chunks = []
        if color == 3:
            palette = random.randint(0, 256, (2**depth, 3))
            chunks.append((b"PLTE", palette.astype(np.uint8).tobytes()))
            rgb = palette[samples[..., 0]]
            alpha = np.full((H, W), 255)
            if palette_alpha is not None:
                chunks.append((b"tRNS", bytes(palette_alpha)))
                table = np.array(list(palette_alpha) + [255] * (2**depth - len(palette_alpha)))
                alpha = table[samples[..., 0]]
        else:
            colors = 3 if color & 2 else 1
            rgb = np.broadcast_to(to_8(samples[..., :colors], depth), (H, W, 3)).copy()
            alpha = to_8(samples[..., -1], depth) if color & 4 else np.full((H, W), 255)
            if key is not None:
                # The colour of the top left pixel is transparent everywhere.
                chosen = samples[0, 0]
                chunks.append((b"tRNS", b"".join(struct.pack(">H", int(s)) for s in chosen)))
                alpha = np.where((samples == chosen).all(axis=2), 0, 255)
        expected = over_white(rgb, alpha)
        data = png(samples, color, depth, interlaced, chunks)
        write(name + ".png", data)
        write_ppm(name, expected)
        # Compare with Pillow, where it keeps all bits and scales the transparent grey.
        if depth <= 8 and not (key and depth < 8):
            pillow = Image.open(io.BytesIO(data)).convert("RGBA")
            white = Image.new("RGBA", pillow.size, "white")
            second = np.asarray(Image.alpha_composite(white, pillow).convert("RGB")).astype(int)
            assert np.abs(second - expected).max() <= 1, name

    for depth in (1, 2, 4, 8, 16):
        case(f"grey{depth}", 0, depth)
    for depth in (1, 2, 4, 8):
        case(f"palette{depth}", 3, depth)
    for depth in (8, 16):
        case(f"rgb{depth}", 2, depth)
        case(f"grey-alpha{depth}", 4, depth)
        case(f"rgba{depth}", 6, depth)
    case("grey4-key", 0, 4, key=True)
    case("rgb8-key", 2, 8, key=True)
    case("palette4-alpha", 3, 4, palette_alpha=[0, 255, 128, 30, 200])
    case("grey1-interlaced", 0, 1, interlaced=True)
    case("palette4-interlaced", 3, 4, interlaced=True)
    case("rgb8-interlaced", 2, 8, interlaced=True)
    case("rgba16-interlaced", 6, 16, interlaced=True)


# JPEG --------------------------------------------------------------------------------------------

def jpeg(image, **options):
    data = io.BytesIO()
    image.save(data, "JPEG", quality=92, **options)
    return data.getvalue()


def write_jpegs():
    rgb = Image.fromarray(picture(37, 29))

    def case(name, data):
        write(name + ".jpg", data)
        decoded = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
        write_ppm(name, np.asarray(decoded))

    case("baseline", jpeg(rgb, subsampling=0))
    case("subsampled", jpeg(rgb, subsampling=2))
    case("progressive", jpeg(rgb, subsampling=0, progressive=True))
    case("grey", jpeg(rgb.convert("L")))
    case("stored-as-rgb", jpeg(rgb, subsampling=0, keep_rgb=True))
    case("restarts", jpeg(rgb, subsampling=0, restart_marker_blocks=3))

    # CMYK. Pillow writes it inverted, with Adobe's marker.
    cmyk = np.asarray(rgb.convert("CMYK")).copy()
    cmyk[..., 3] = np.linspace(0, 160, 37).astype(np.uint8)[None, :]
    case("cmyk", jpeg(Image.fromarray(cmyk, "CMYK"), subsampling=0))
    # The same with the three colours as luminance and chrominance: Adobe's transform 2.
    inverted = 255 - cmyk
    ycc = np.asarray(Image.fromarray(inverted[..., :3], "RGB").convert("YCbCr"))
    ycck = np.concatenate([255 - ycc, cmyk[..., 3:]], axis=2)
    data = bytearray(jpeg(Image.fromarray(ycck, "CMYK"), subsampling=0))
    marker = data.index(b"Adobe\0")
    assert data[marker + 11] == 0
    data[marker + 11] = 2
    case("ycck", bytes(data))

    small = Image.fromarray(picture(16, 8))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        case(f"orientation{orientation}", jpeg(small, subsampling=0, exif=exif))


# Resizing ----------------------------------------------------------------------------------------

def write_resizings():
    # Noise is the hardest case for rounding.
    random = np.random.RandomState(2)
    noise = random.randint(0, 256, (47, 61, 3)).astype(np.uint8)
    noise[20:40, 30:50] = np.where(random.rand(20, 20, 1) < 0.5, 0, 255)
    write_ppm("noise", noise)
    for width, height in [(20, 31), (7, 5), (80, 60), (61, 20), (30, 47), (1, 1), (3, 90)]:
        resized = Image.fromarray(noise).resize((width, height), Image.Resampling.BILINEAR)
        write_ppm(f"noise-{width}x{height}", np.asarray(resized))
    # The input of a pipeline for 32×32 images: the middle, rows 7 to 38 and columns 14 to 45.
    middle = Image.fromarray(noise[7:39, 14:46])
    for side in (97, 20):
        resized = middle.resize((side, side), Image.Resampling.BILINEAR)
        write_ppm(f"noise32-{side}x{side}", np.asarray(resized))


# Squares -----------------------------------------------------------------------------------------

def write_squares():
    random = np.random.RandomState(3)

    def case(name, width, height, side, kind="RGB", orientation=None, **options):
        pixels = picture(width, height).astype(int) + random.randint(-20, 21, (height, width, 1))
        image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).convert(kind)
        if orientation:
            options["exif"] = Image.Exif()
            options["exif"][0x0112] = orientation
        data = jpeg(image, **options)
        write(f"square{side}-{name}.jpg", data)
        opened = Image.open(io.BytesIO(data))
        factor = max(d for d in (1, 2, 4, 8) if d == 1 or min(width, height) >= d * side)
        if factor > 1:
            opened.draft(None, (width // factor, height // factor))
            assert opened.size == (-(-width // factor), -(-height // factor)), opened.size
        opened = ImageOps.exif_transpose(opened).convert("RGB")
        shorter = min(opened.size)
        w, h = (n * side // shorter for n in opened.size)
        left, top = (w - side) // 2, (h - side) // 2
        resized = opened.resize((w, h), Image.Resampling.BILINEAR)
        write_ppm(f"square{side}-{name}", np.asarray(resized.crop((left, top, left + side, top + side))))

    case("wide", 121, 61, 32, subsampling=2)
    case("high", 61, 121, 32, subsampling=1)
    case("progressive", 61, 121, 33, subsampling=2, progressive=True)
    case("grey", 90, 61, 40, kind="L")
    case("cmyk", 90, 61, 40, kind="CMYK")
    case("larger", 43, 30, 64, subsampling=2)
    case("same", 32, 32, 32, subsampling=2)
    case("turned", 121, 61, 32, orientation=6, subsampling=2)
    case("half", 151, 131, 64, subsampling=2)
    case("quarter", 131, 151, 32, subsampling=2)
    case("eighth", 151, 131, 16, subsampling=2)
    case("half-turned", 151, 131, 64, orientation=8, subsampling=2)
    case("half-grey", 151, 131, 65, kind="L")


if __name__ == "__main__":
    write_pngs()
    write_jpegs()
    write_resizings()
    write_squares()
