import json

import numpy as np
import pytest

from dl_core.arrays import DTYPES, decode, encode


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(0,), (3,), (2, 3), (2, 0, 4)])
def test_an_array_survives_json_bit_for_bit(dtype, shape):
    array = (np.arange(np.prod(shape)) - 2.5).reshape(shape).astype("float32").view("uint8").view(dtype)
    array = np.resize(array, shape).astype(dtype)
    again = decode(json.loads(json.dumps(encode(array))))
    assert again.dtype == array.dtype
    assert again.shape == array.shape
    assert again.tobytes() == array.tobytes()


def test_special_numbers_survive():
    array = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45], np.float32)
    assert decode(encode(array)).tobytes() == array.tobytes()


def test_the_bytes_are_little_endian_in_c_order():
    array = np.asfortranarray(np.array([[1, 2], [3, 4]], np.float32))
    assert encode(array) == {"dtype": "float32", "shape": [2, 2], "data": "AACAPwAAAEAAAEBAAACAQA=="}
    assert encode(array.astype(">f4")) == encode(array)


def test_a_decoded_array_may_be_written_to():
    decode(encode(np.zeros(3, np.float32)))[0] = 1


def test_other_dtypes_are_refused():
    with pytest.raises(TypeError, match="Only float32, int8, uint8 arrays have a form in JSON; got int64"):
        encode(np.arange(3))


GOOD = encode(np.zeros(3, np.float32))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "must be an object with dtype, shape and data"),
        ([], "must be an object with dtype, shape and data"),
        ({}, "must be an object with dtype, shape and data"),
        ({**GOOD, "more": 1}, "must be an object with dtype, shape and data"),
        ({**GOOD, "dtype": "float64"}, "`a.dtype` must be one of float32, int8, uint8; got 'float64'"),
        ({**GOOD, "dtype": 3}, "`a.dtype` must be one of"),
        ({**GOOD, "shape": 3}, "`a.shape` must be a list"),
        ({**GOOD, "shape": [-3]}, "`a.shape` must be a list"),
        ({**GOOD, "shape": [True, 3]}, "`a.shape` must be a list"),
        ({**GOOD, "shape": [1] * 4}, "`a.shape` must be a list of at most 3"),
        ({**GOOD, "shape": [0, 10**20]}, "`a.shape` must be a list"),
        ({**GOOD, "shape": [10**4000]}, "`a.shape` must be a list"),
        ({**GOOD, "shape": [4]}, "`a.data` must hold the 16 bytes of its shape; got 12"),
        ({**GOOD, "shape": [2**20, 2**20, 2**20]}, "`a.data` must hold the"),
        ({**GOOD, "shape": [2**20, 2**20, 0]}, "`a.data` must hold the 0 bytes"),
        ({**GOOD, "data": "?"}, "`a.data` must be text in base64"),
        ({**GOOD, "data": "AAAAA"}, "`a.data` must be text in base64"),
        ({**GOOD, "data": "é"}, "`a.data` must be text in base64"),
        ({**GOOD, "data": 5}, "`a.data` must be text in base64"),
    ],
)
def test_a_damaged_array_is_refused_with_a_sentence(value, words):
    with pytest.raises(ValueError, match=words) as error:
        decode(value, "a")
    assert str(error.value).startswith("`a")
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("text", ["x" * 3_000_000, "\x00" * 3_000_000])
def test_a_long_text_is_quoted_in_part(text):
    with pytest.raises(ValueError, match="must be one of") as error:
        decode({**GOOD, "dtype": text}, "a")
    assert len(str(error.value)) < 200
