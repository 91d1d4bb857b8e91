"""What the library's messages are in Chinese. A `{}` stands for whatever the message names there.

Beneath `translating`. A message that is not here is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from pledgeflow.cli.chinese_files import FILES
from pledgeflow.cli.chinese_records import RECORDS
from pledgeflow.cli.chinese_scenarios import SCENARIOS

MESSAGES: Mapping[str, str] = {**RECORDS, **FILES, **SCENARIOS}
"""The first that fits is taken."""

USAGE: Mapping[str, str] = {
    "No such command {}. Did you mean {}?": "没有命令 {}；是否指 {}",
    "No such command {}.": "没有命令 {}",
    "No such option: {} Did you mean {}?": "没有选项 {}；是否指 {}",
    "No such option: {} (Possible options: {})": "没有选项 {}；是否指 {}",
    "No such option: {}": "没有选项 {}",
    "Missing option {}.": "缺少选项 {}",
    "Missing argument {}.": "缺少参数 {}",
    "Missing parameter {}.": "缺少参数 {}",
    "Missing command.": "缺少命令",
    "Option {} requires an argument.": "选项 {} 须带有值",
    "Got unexpected extra argument{} ({})": "多出参数 {1}",
    "Invalid value for {}: {} is not one of {}.": "{} 的值 {} 不可用；可用 {}",
    "Invalid value for {}: {} does not match the format{}.": (
        "{0} 的值 {1} 不是日期；请写成 2025-03-31"
    ),
    "Invalid value for {}: Input should be a valid integer{}": "{0} 的值须为整数",
    "Invalid value for {}: Input should be greater than or equal to {}": "{} 的值不得小于{}",
    "Invalid value for {}: Input should be less than or equal to {}": "{} 的值不得大于{}",
    "Invalid value for {}: {} is not a valid integer.": "{} 的值 {} 须为整数",
    "Invalid value for {}: {} is not in the range {}.": "{} 的值 {} 须在 {} 之内",
    "Invalid value for {}: {}": "{} 的值不对：{}",
}
"""The same for how commands are used; the words are those of the library beneath."""
