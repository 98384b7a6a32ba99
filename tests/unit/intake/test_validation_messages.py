"""The words in which a partner is told what is wrong."""

import json
import re

from contracts import codec
from contracts.vocabulary.proposal import Proposal
from services.intake.validation_messages import SHAPES


def test_no_partner_has_to_read_a_pattern() -> None:
    schema = json.dumps(codec.adapter(Proposal).json_schema())
    asked = {
        json.loads(f'"{found}"') for found in re.findall(r'"pattern": "((?:\\.|[^"])*)"', schema)
    }
    assert asked == SHAPES.keys()
