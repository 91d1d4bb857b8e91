"""Whatever an event holds, it reads back as it was; whatever is damaged is named."""

import json
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pledgeflow.domain.commands import StreamId
from pledgeflow.domain.events import (
    Added,
    Amended,
    Annulled,
    Corrected,
    Cycle,
    Event,
    Graded,
    LeanedOn,
    Moved,
    Opened,
    OutcomeAnswered,
    OutcomeArose,
    Recorded,
    Signed,
)
from pledgeflow.domain.serialisation import KINDS, decode, encode, from_data, kind_of, to_data
from pledgeflow.domain.values import Fields, Text, Value
from pledgeflow.errors import StorageError

words = st.text(max_size=8) | st.sampled_from(["map", "date", "text", "decimal", "三诺", "\x00"])
decimals = st.decimals(allow_nan=False, allow_infinity=False)
scalars = st.one_of(
    words, st.integers(), st.booleans(), st.dates(), decimals, st.builds(Text, words)
)
values: st.SearchStrategy[Value] = st.one_of(
    scalars,
    st.lists(scalars, max_size=3).map(tuple),
    st.dictionaries(words, scalars, max_size=3),
)
fields: st.SearchStrategy[Fields] = st.dictionaries(words, values, max_size=3)
days = st.dates()
by_type: Mapping[Any, st.SearchStrategy[Any]] = {Fields: fields, str: words}
for given_type, strategy in by_type.items():
    if given_type is not str:
        st.register_type_strategy
