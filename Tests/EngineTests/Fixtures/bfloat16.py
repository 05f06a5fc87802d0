"""Rounding to bfloat16 by ml_dtypes: bits of Floats and of their bfloat16s."""
import ml_dtypes, numpy as np
named = [
 (0x00000000,"0"),(0x80000000,"-0"),(0x3f800000,"1"),(0x3f808000,"1 + 2^-8: a tie, down to even"),
 (0x3f818000,"1 + 3·2^-8: a tie, up to even"),(0x3f808001,"just above a tie"),(0x3f807fff,"just below a tie"),
 (0xbf808000,"a negative tie, to even"),(0xbf818000,"a negative tie, away from 0"),(0x3fffffff,"rounds up to a power of two"),
 (0x3fff8000,"a tie that rounds up to a power of two"),(0x7f7fffff,"the largest Float: infinite"),(0x7f7f8000,"a tie that is infinite"),
 (0x7f7f7fff,"just below it: the largest bfloat16"),(0xff7f8000,"the same, negative"),(0x7f800000,"infinity"),(0xff800000,"-infinity"),
 (0x00000001,"the least Float"),(0x00008000,"half the least bfloat16: a tie, to 0"),(0x00008001,"just above: the least bfloat16"),
 (0x00018000,"1.5 times the least: a tie, up to even"),(0x007fffff,"the largest subnormal: rounds up to a normal number"),
 (0x007f8000,"a subnormal tie that rounds up to a normal number"),(0x00800000,"the least normal number"),(0x80018001,"a negative subnormal"),
 (0x7fc00000,"NaN"),(0x7f800001,"a signalling NaN with a bit of the lower half only"),(0xffffffff,"NaN of all ones"),(0x7fff8000,"NaN whose upper half would carry"),
]
rng=np.random.default_rng(12)
random=[int(b) for b in rng.integers(0,2**32,size=60,dtype=np.uint64)]
rows=[]
for bits,note in named+[(b,"") for b in random]:
    f=np.array([bits],dtype=np.uint32).view(np.float32)
    with np.errstate(all="ignore"): h=f.astype(ml_dtypes.bfloat16)
    up=int(h.view(np.uint16)[0])
    v="nan" if np.isnan(f[0]) else f"{up:04x}"
    rows.append(f"{bits:08x} {v}"+(f"   {note}" if note else ""))
print(f"# The bits of Floats, and of the bfloat16s nearest to them, by ml_dtypes {ml_dtypes.__version__} on NumPy {np.__version__}:")
print("#     python Tests/EngineTests/Fixtures/bfloat16.py > Tests/EngineTests/Fixtures/bfloat16.txt")
print("\n".join(rows))
