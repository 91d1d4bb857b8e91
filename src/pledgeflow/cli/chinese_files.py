"""Messages about files, steps and ballots, in Chinese. See `chinese`."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    # the file of a directory
    "a person or an organization has no id": "有人员或组织没有标识",
    "{}: an id has no `/`, no `@` and no line break; take it out": (
        "{}：标识中不得有 `/`、`@` 和换行；请去掉"
    ),
    "{}: nothing is called so here; known are {}": "{}：此处没有这个名称；现有 {}",
    "{}: this organization is there twice; keep one": "{}：该组织出现两次；请只留一个",
    "{}: a person has this id too; rename one": "{}：另有人员用此标识；请改其中一个",
    "{}: nobody and no organization is called `{}`": "{}：没有人员或组织 `{}`",
    "{}: `{}` stands above itself": "{}：`{}` 成了自己的上级",
    "{}: no {} is called `{}`": "{}：没有{} `{}`",
    "{}: ends on {}, before it begins": "{}：终止日期 {} 早于起始日期",
    "{}: `{}` is no date; write it like {}": "{}：`{}` 不是日期；请写成 {}",
    "{}: write a mapping here": "{}：此处须写若干行 `key: value`",
    "{}: write a list here": "{}：此处须写列表",
    "{}: write a name or an id here": "{}：此处须写名称或标识",
    "{}: write `true` here, or a list of names above": (
        "{}：此处须写 `true`，或者在上一级写名称的列表"
    ),
    # a step and its fields
    "`{}` is missing; {}": "未填写 `{}`；{}",
    "name the step": "请指明步骤",
    "say who acts": "请指明由谁办理",
    "say for whom: a role of the policy, such as `promisor`": (
        "请指明以何身份办理，如 `promisor`（承诺人）"
    ),
    "`{}` has to be a name": "`{}` 须为名称",
    "`{}` has to be a date such as {}, not `{}`": "`{}` 须为 {} 形式的日期，不是 `{}`",
    "`{}` has to be a date such as {}": "`{}` 须为 {} 形式的日期",
    "`{}` has to be the version of a record": "`{}` 须为一条记录的序号",
    "an annulment has no fields but `target`": "撤销只填写 `target`",
    "there is no field `{}`; perhaps `{}`": "没有栏目 `{}`；是否指 `{}`",
    "there is no field `{}`; it has {}": "没有栏目 `{}`；现有 {}",
    "`{}` has to be text": "`{}` 须为文字",
    "`{}` has {} characters; {} is the most": "`{}` 有{}个字符；最多{}个",
    "`{}` has characters that cannot be stored; write plain text": (
        "`{}` 含有无法保存的字符；请只写普通文字"
    ),
    "`{}` has to be a list of 1 to {} entries; leave it out if there is none": (
        "`{}` 须为1至{}项的列表；没有则不填"
    ),
    "`{}` has to say true or false for each criterion": "`{}` 须逐项填写是或否",
    "`{}` has to give a number of votes for each grade": "`{}` 须逐等次填写票数",
    "`{}` counts votes: no number can be below zero": "`{}` 为票数，不得为负",
    "`{}` has to be a whole number": "`{}` 须为整数",
    "`{}` has to be a number written as text, such as {}": "`{}` 须为以文字写出的数，如 {}",
    "`{}` has to be a number, not `{}`": "`{}` 须为数，不是 `{}`",
    "`{}` has to be a number of ordinary size": "`{}` 的数值过大或过小",
    "`{}` has to be true or false": "`{}` 须为 `true` 或 `false`",
    "`--set {}` has no value; write `--set name=value`": (
        "`--set {}` 没有值；请写成 `--set 栏目=值`"
    ),
    "`--set {}=…` is no field; write `{}`": "`--set {}=…` 不是栏目；请写 `{}`",
    "`--key` is empty; name the act by it, or leave it out": (
        "`--key` 是空的；请以它标识这次办理，或者不写"
    ),
    "`--capacity` and `--set` are about one step; name it with `--do`": (
        "`--capacity` 和 `--set` 针对一个步骤；请用 `--do` 指明"
    ),
    "`--set {}=…` is there twice; write lists as `--set {}=a,b`": (
        "`--set {}=…` 出现两次；多项请写成 `--set {}=甲,乙`"
    ),
    # ballots
    "`{}`: this ballot takes no list; who may vote follows from the roles": (
        "`{}`：该投票不接受另列名单；投票人由身份确定"
    ),
    "`{}` has to be a list of names of 1 to {} characters, without blanks around them": (
        "`{}` 须为若干名称，每个1至{}个字符，前后不得有空格"
    ),
    "`{}` has to be a list of names": "`{}` 须为若干名称的列表",
    "`{}` has to be a whole number for each choice": "`{}` 须逐项填写整数",
    "the box says {}; leave it out": "{} 由票箱填写；请勿填写",
    "say who votes: either `{}` or `{}`": "请指明投票人：`{}` 或 `{}`，二者取一",
    "`--votes {}` has no number; write `--votes choice=3`": (
        "`--votes {}` 没有票数；请写成 `--votes 选项=3`"
    ),
    "`{}` is twice in `{}`; write it once": "`{1}` 中 `{0}` 出现两次；请只写一次",
    "`--mark` and `--blank` exclude each other; choose one": (
        "`--mark` 和 `--blank` 不能同时使用；请只用一个"
    ),
    "`{}` cannot be read: {}": "无法读取 `{}`：{}",
    "`{}` is no text; write one voter a line, in UTF-8": "`{}` 不是文本；请以 UTF-8 每行写一人",
    "`{}` is being read from before; try again when that is over": (
        "`{}` 正被较早的读取占用；请在其结束后重试"
    ),
    "this store has no ballot box beside it; give the engine a `{}`": (
        "该存储没有票箱；请另行指定 `{}`"
    ),
    # policies and other files
    "there is no policy `{}`; perhaps {}": "没有办法 `{}`；是否指 {}",
    "there is no policy `{}`; known are {}": "没有办法 `{}`；现有 {}",
    "`{}` is a folder without a `{}`; write one, or name another": (
        "目录 `{}` 中没有 `{}`；请写一个，或者另指一处"
    ),
    "`{}` is no policy file; one ends in `.yaml`": "`{}` 不是办法文件；办法文件以 `.yaml` 结尾",
    "`{}` has no lifecycle `{}` there; it has {}": "`{}` 在此没有流程 `{}`；现有 {}",
    "there are {} lifecycles, and `{}` holds one; choose one with `--track` and `--lifecycle`, or "
    "write all of them with `--to FOLDER`": (
        "共有{}个流程，`{}` 每次只能输出一个；请用 `--track` 和 `--lifecycle` 指明一个，"
        "或者用 `--to` 指定文件夹，全部写入"
    ),
    "nothing has happened in `{}`": "`{}` 尚无任何记录",
    "`{}` has no track `{}`; it has {}": "`{}` 没有承诺人类别 `{}`；现有 {}",
    "name a policy, or list the properties with `--properties`": (
        "请指明一个办法，或者用 `--properties` 列出各项性质"
    ),
    "in {} states no way was found, and there are more": ("{}个状态内未找到走法，且仍有状态未探索"),
    "`{}` is not a name; use small letters, digits, `_` and `-`, a letter first": (
        "`{}` 不能作名称；请用小写字母、数字、`_` 和 `-`，以字母开头"
    ),
    "there is a policy `{}` already; choose another name": "已有办法 `{}`；请换一个名称",
    "`{}` is there already; rename it, or name another folder": (
        "`{}` 已经存在；请改名，或者另指一个文件夹"
    ),
    "`{}` is there already; choose another name, or another folder with `--in`": (
        "`{}` 已存在；请换一个名称，或者用 `--in` 另指目录"
    ),
    "`{}` cannot be written: {}; name another folder with `--in`": (
        "无法写入 `{}`：{}；请用 `--in` 另指目录"
    ),
    "Not a directory": "不是目录",
    "`{}` is not found by name; only policies of the catalogue can be extended": (
        "按名称找不到 `{}`；只能沿用名录中的办法"
    ),
    "`{}` is not in force all through {}; take {}": "`{}` 在{}年并非全年施行；请用{}",
    "`{}` is only words to build on; start from one of {}": "`{}` 仅供沿用其用语；请选用 {} 之一",
    "`--assumed`, `--deviations` and `--beside` exclude each other; choose one": (
        "`--assumed`、`--deviations`、`--beside` 不能同时使用；请只用一个"
    ),
    "this file cannot be read: {}": "无法读取该文件：{}",
    "the file is empty; write {}": "文件是空的；请写{}",
    "the file has to consist of {}": "文件内容须为{}",
    "`key: value` lines": "若干行 `key: value`",
    "items that each start with `- `": "若干以 `- ` 开头的项",
    "No such file or directory": "没有该文件或目录",
    "Permission denied": "没有权限",
    "Is a directory": "这是目录",
    "`{}` is here twice, first in line {}; keep one": "`{}` 出现两次，首次在第{}行；请只留一个",
    "none": "无",
    # any file: how it is written
    "this is not UTF-8 text; save the file as UTF-8": "不是 UTF-8 文本；请将文件另存为 UTF-8",
    "this file has {} bytes; a policy file has {} at most": "文件有{}字节；最多{}字节",
    "remove the control character {}": "请删去控制字符 {}",
    "remove the anchor {}": "请删去锚点 {}",
    "remove the tag {}": "请删去标签 {}",
    "write the value itself instead of the alias {}": "请写出值本身，不用别名 {}",
    "a second document starts here; write one file for each": "此处开始第二份内容；请各写一个文件",
    "nested deeper than {} levels; write it flatter": "嵌套超过{}层；请减少层次",
    "more than {} keys and values; split the file": "超过{}个名称和值；请拆分文件",
    "longer than {} characters; write it shorter": "超过{}个字符；请写短些",
    "write `{}` and a blank instead of the full-width `{}`": (
        "请写半角的 `{}` 加空格，不写全角的 `{}`"
    ),
    "a `:` is not expected here; put text that has one in quotes": (
        "此处不应有 `:`；文字中有冒号的，请加引号"
    ),
    "a `-` is not expected here; start the list on a line of its own": (
        "此处不应有 `-`；列表请另起一行"
    ),
    "indent with spaces, not with tabs": "请用空格缩进，不用制表符",
    "a value cannot start like this; put it in quotes": "值不能这样开头；请加引号",
    "a quote is opened before this and never closed": "此前的引号没有成对",
    "a `:` is missing after a key before this": "此前的名称后面缺少 `:`",
    "a `,` or a `]` is missing before this": "此前缺少 `,` 或 `]`",
    "a `,` or a `}` is missing before this": "此前缺少 `,` 或 `}`",
    "align this with the lines of its mapping": "请与同级各行对齐",
    "align this with the items of its list": "请与同一列表的各项对齐",
    "put this text in single quotes: a {} has a meaning of its own in double quotes": (
        "请改用单引号：双引号中的 {} 另有含义"
    ),
    "a value is missing before this": "此前缺少值",
    "remove the tag, the word that starts with `!`": "请删去标签，即以 `!` 开头的词",
    "this is not readable as YAML; put text with special characters in quotes": (
        "内容不合 YAML 格式；含特殊符号的文字请加引号"
    ),
    # files of scenarios
    "a mapping is not possible here; write {}": "此处不能写成若干项；可写 {}",
    "a list is not possible here; write {}": "此处不能写成列表；可写 {}",
    "{} is not possible here; write {}": "{} 不能写在此处；可写 {}",
    "write true or false here": "此处应写 true 或 false",
    "write a number of at least {}": "此处的数不得小于{}",
    "write a whole number here": "此处应写整数",
    "write a list here": "此处应写列表",
    "this text is empty; write something or take the key out": (
        "文字是空的；请写上内容，或者去掉这一项"
    ),
    "say who acts, and for whom: `actor:` and `capacity:`": (
        "请用 `actor:` 和 `capacity:` 写明由谁、以何身份办理"
    ),
    "`{}` is no share; write it as {} or {}": "`{}` 不是比例；请写成 {} 或 {}",
    "say what it comes to: `value:`, `of:` or `left_out:`": (
        "请用 `value:`、`of:` 或 `left_out:` 写明结果"
    ),
    "say what can be reached: one of `state:`, `command:` and `outcome:`": (
        "请写明能走到什么：`state:`、`command:`、`outcome:` 之一"
    ),
    "say what holds then, such as `state:` or `refused:`": (
        "请写明届时应当如何，如 `state:` 或 `refused:`"
    ),
    "the last step is either permitted or refused; keep one of them": (
        "最后一步或者准许，或者不准许；请只留一个"
    ),
    "nothing is written after `{}:`; leave the key out": "`{}:` 之后没有内容；请去掉这一项",
    "given: name a `story:`, or a `directory:`, `cycle:` and `promisor:`": (
        "given：请指明 `story:`，或者指明 `directory:`、`cycle:` 和 `promisor:`"
    ),
    "the ordinal of the cycle is said twice, and not alike; keep one": (
        "期间的序号写了两次且不一致；请只留一个"
    ),
    "the scenario `{}` fails as it is; see why with `pledgeflow test`, and mend it before rules are "
    "mutated": "场景 `{}` 目前就未通过；请用 `pledgeflow test` 查看原因，修正后再变异规则",
}
