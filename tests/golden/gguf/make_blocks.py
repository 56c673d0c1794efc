"""Makes blocks.json: random blocks of every quantized GGUF type and what the gguf package's `quants.dequantize` makes of
them, bit for bit.

Run with: pip install gguf==0.19.0 numpy; python make_blocks.py
"""
import json
import pathlib

import gguf
import numpy as np

random = np.random.default_rng(11)
T = gguf.GGMLQuantizationType
# Where in a block its half-precision scales lie: random bytes there would be NaN or infinity, which weights never are.
HALVES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0], T.Q2_K: [80, 82], T.Q3_K: [108],
    T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208], T.IQ4_NL: [0], T.IQ4_XS: [0], T.MXFP4: [],
}

golden = {}
for kind, offsets in HALVES.items():
    weights, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (256 // weights * 3, size), dtype=np.uint8)
    for offset in offsets:
        scales = random.normal(0, 0.1, len(blocks)).astype(np.float16)
        scales[0], scales[1] = np.float16(6e-8), np.float16(-30000)  # subnormal, large
        blocks[:, offset:offset + 2] = scales.view(np.uint8).reshape(-1, 2)
    if kind == T.MXFP4:
        blocks[:, 0] = random.integers(100, 150, len(blocks))
        blocks[:3, 0] = [0, 1, 2]  # the smallest exponents: subnormal results
    values = gguf.quants.dequantize(blocks, kind)
    assert values.dtype == np.float32
    golden[kind.name] = {"blocks": blocks.tobytes().hex(), "values": values.tobytes().hex()}

(pathlib.Path(__file__).parent / "blocks.json").write_text(json.dumps(golden, indent=1) + "\n")
