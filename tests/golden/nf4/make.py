"""What bitsandbytes makes of random weights in NF4 with double quantization.

  golden.safetensors   values (16640) float16, with a block of zeros; codes (8320) uint8; scales (260) uint8 and
                       scale_sizes (2) float32, offset (1) float32; dequantized (1024) float32, the first of them;
                       nf4 (16) and dynamic (256) float32, the code books

    pip install torch==2.13.0 bitsandbytes==0.50.2 safetensors && python make.py
"""
import pathlib

import bitsandbytes.functional as F
import torch
from safetensors.torch import save_file

torch.manual_seed(3)
values = (torch.randn(260 * 64) * torch.rand(260).repeat_interleave(64)).half()
values[64:128] = 0
codes, state = F.quantize_4bit(values.float().view(130, 128), blocksize=64, quant_type="nf4", compress_statistics=True)
assert state.state2.blocksize == 256 and state.nested
dequantized = F.dequantize_4bit(codes, state).flatten()
save_file({"values": values, "codes": codes.flatten().contiguous(), "scales": state.absmax.flatten().contiguous(),
           "scale_sizes": state.state2.absmax.flatten().contiguous(), "offset": state.offset.view(1),
           "dequantized": dequantized[:1024].contiguous(), "nf4": state.code.float().contiguous(),
           "dynamic": state.state2.code.float().contiguous()},
          pathlib.Path(__file__).parent / "golden.safetensors")
