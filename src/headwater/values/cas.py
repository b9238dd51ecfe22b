"""CAS Registry Numbers: form, check digit, and the numbers one slip away.

The check digit is the weighted sum of the other digits, counted from the right, modulo ten
(CAS, "Check Digit Verification of CAS Registry Numbers").
"""

from __future__ import annotations

import re

_FORM = re.compile(r"([1-9]\d{1,6})-(\d{2})-(\d)\Z")


def is_form(number: str) -> bool:
    """True when `number` has the form of a CAS RN: two to seven digits, two, one."""
    return _FORM.match(number) is not None


def check_digit(digits: str) -> int:
    """The check digit that belongs to `digits` (all digits of a CAS RN but the last)."""
    return sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), 1)) % 10


def is_valid(number: str) -> bool:
    """True when `number` has the form of a CAS RN and its check digit is right."""
    if not is_form(number):
        return False
    digits = number.replace("-", "")
    return check_digit(digits[:-1]) == int(digits[-1])


def hyphenate(digits: str) -> str:
    """Write bare digits in the form of a CAS RN: 41661476 -> 41661-47-6."""
    return f"{digits[:-3]}-{digits[-3:-1]}-{digits[-1]}"


def one_slip(digits: str) -> set[str]:
    """Every digit string one substitution, omission, insertion or swap of neighbours away from `digits`."""
    ten = "0123456789"
    slips = {digits[:i] + digits[i + 1 :] for i in range(len(digits))}
    slips |= {digits[:i] + d + digits[i + 1 :] for i in range(len(digits)) for d in ten}
    slips |= {digits[:i] + d + digits[i:] for i in range(len(digits) + 1) for d in ten}
    slips |= {digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :] for i in range(len(digits) - 1)}
    slips.discard(digits)
    return slips
