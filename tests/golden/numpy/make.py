"""Makes the files of this folder with NumPy.

Run with: pip install numpy; python make.py
"""
import pathlib

import numpy as np

HERE = pathlib.Path(__file__).parent
values = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
np.save(HERE / "plain.npy", values)
np.save(HERE / "fortran.npy", np.asfortranarray(values))
np.save(HERE / "vector.npy", np.arange(5, dtype=np.int64))
np.save(HERE / "scalar.npy", np.float64(2.5))
np.save(HERE / "half.npy", values.astype(np.float16))
np.save(HERE / "truth.npy", np.array([True, False]))
np.save(HERE / "big_endian.npy", values.astype(">f4"))
np.save(HERE / "text.npy", np.array(["a", "b"]))
np.save(HERE / "objects.npy", np.array([{}, []], dtype=object), allow_pickle=True)
np.save(HERE / "records.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.lib.format.write_array(open(HERE / "version2.npy", "wb"), values, version=(2, 0))
np.savez(HERE / "stored.npz", a=values, b=np.arange(3, dtype=np.int32))
np.savez_compressed(HERE / "packed.npz", a=values, b=np.arange(3, dtype=np.int32))
