"""What scenarios say that came out otherwise, in Chinese. Keys of a scenario file stay as they are."""

from __future__ import annotations

from collections.abc import Mapping

SCENARIOS: Mapping[str, str] = {
    "step {} ({} by {} on {}) of story {} was refused, {}": (
        "故事 {4} 的第 {0} 步（{2} 于 {3} 的 {1}）被拒绝：{5}"
    ),
    "step {} ({} by {} on {}) of story {}: {}": "故事 {4} 的第 {0} 步（{2} 于 {3} 的 {1}）：{5}",
    "step {} ({} on {}) of story {}: {}": "故事 {3} 的第 {0} 步（{2} 的 {1}）：{4}",
    "step {} ({} by {} on {}) was refused, {}": "第 {0} 步（{2} 于 {3} 的 {1}）被拒绝：{4}",
    "step {} ({} by {} on {}): {}": "第 {0} 步（{2} 于 {3} 的 {1}）：{4}",
    "step {} ({} on {}): {}": "第 {0} 步（{2} 的 {1}）：{3}",
    "this pledge cannot be looked at: {}": "无法查看该承诺：{}",
    "the cycle {} cannot open after {}": "周期 {} 不能在 {} 之后开始",
    "the last step was refused, {}": "最后一步被拒绝：{}",
    "expected the last step to be refused, but it was permitted": "最后一步应被拒绝，实际已受理",
    "expected the ruling {}; it was {}": "裁定应为 {}，实为 {}",
    "expected {} of the refusal to be exactly {}, found {}; it was {}": (
        "拒绝的 {} 应恰为 {}，实为 {}；拒绝为 {}"
    ),
    "expected {} of the refusal to be {}, found {}; it was {}": (
        "拒绝的 {} 应有 {}，实为 {}；拒绝为 {}"
    ),
    "expected some way to lead to {} by {}, and none does": "应能在 {1} 之前到达 {0}，实际不能",
    "expected some way to lead to {}, and none does": "应能到达 {}，实际不能",
    "there is no property {} in the track {}": "轨道 {1} 没有性质 {0}",
    "expected the property {} to be kept, and it is broken": "性质 {} 应成立，实际被违反",
    "expected rule {} to be {}, found {}": "规则 {} 应为 {}，实为 {}",
    "expected a label with {} under {}, found {}": "{1} 之下应有含 {0} 的名称，实有 {2}",
    "expected {} not to be offered to {} on {}, but it is": "{2} 不应向 {1} 提供 {0}，实际提供",
    "expected {} to be offered to {} on {}: {}": "{2} 应向 {1} 提供 {0}，实际不提供：{3}",
    "expected {} to be offered to {} on {}": "{2} 应向 {1} 提供 {0}，实际不提供",
    "expected state {}, found {}": "状态应为 {}，实为 {}",
    "expected track {}, found {}": "轨道应为 {}，实为 {}",
    "expected grade {}, found {}": "等次应为 {}，实为 {}",
    "expected award {}, found {}": "表彰应为 {}，实为 {}",
    "expected ledger {} to have {} rows, found {}": "台账 {} 应有 {} 行，实有 {} 行",
    "row {} of ledger {} has no column {}; it has {}": "台账 {1} 第 {0} 行没有列 {2}；有 {3}",
    "expected {} in row {} of ledger {} to be {}, found {}": (
        "台账 {2} 第 {1} 行的 {0} 应为 {3}，实为 {4}"
    ),
    "there is no indicator {}; there is {}": "没有指标 {}；有 {}",
    "expected that {} need not pledge by {}, found {}": "{} 不必承诺的依据应为 {}，实为 {}",
    "expected {} of duty {} to be {}, found {}": "职责 {1} 的 {0} 应为 {2}，实为 {3}",
    "expected {} to have {} {}, found {}": "{0} 的 {2} 应为 {1}，实为 {3}",
    "expected {} to leave out {}, found {}": "{} 应略去 {} 项，实为 {} 项",
    "expected {} to be of {}, found {} of {}": "{0} 的总数应为 {1}，实为 {3} 之 {2}",
    "expected {} to be {}, but there is no {}": "{0} 应为 {1}，但没有 {2}",
    "expected {} to be {}, found {} ({} of {})": "{0} 应为 {1}，实为 {2}（{4} 之 {3}）",
    "expected {} of {} to be {}, found {}": "{1} 的 {0} 应为 {2}，实为 {3}",
    "expected {} to be {}, found {}": "{} 应为 {}，实为 {}",
    "expected {} {}, found {}": "{} 应为 {}，实为 {}",
    "nothing": "无",
    "none": "无",
    "undefined": "未定义",
}
