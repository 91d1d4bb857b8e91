"""Messages about what is recorded, in Chinese: databases, audits, cycles, people. See `chinese`."""

from __future__ import annotations

from collections.abc import Mapping

RECORDS: Mapping[str, str] = {
    # other rules for what was recorded
    "`{}` is said to be `{}`, and `{}` has no such step; see `pledgeflow show {}`": (
        "对照表称 `{}` 即 `{}`，`{}` 没有这一步骤；请看 `pledgeflow show {}`"
    ),
    "nothing is recorded there; name another jurisdiction or cycle": (
        "那里没有记录；请另指地区、单位或期间"
    ),
    "say who orders it with `--actor`, or try it with `--dry-run`": (
        "请用 `--actor` 写明由谁决定，或用 `--dry-run` 试算"
    ),
    "`{}` was closed on {}; what is in it stays as it is": "`{}` 已于{}关闭，其中各项不再变动",
    "the new rules hold from {}, after {}; carry it out on that day or later": (
        "新规定自{}起施行，晚于{}；请在施行之日或以后办理"
    ),
    "the rules of a stream in `{}` are not in the store": "`{}` 中有事项所依的规定不在库中",
    "`new_rules` is missing; say from which day they hold, as in `from: …`": (
        "缺少 `new_rules`；请写明自哪一天起施行，如 `from: …`"
    ),
    "this is no map; write one": "这不是对照表；请写成对照表",
    # comparing policies
    "name two policies or more, each once": "请指明两部以上的办法，每部一次",
    "there is no key `{}`; perhaps {}": "没有键名 `{}`；是否指 {}",
    "there is no key `{}`; known are {}": "没有键名 `{}`；现有 {}",
    "there is no track `{}`; perhaps {}": "没有承诺人类别 `{}`；是否指 {}",
    "there is no track `{}`; known are {}": "没有承诺人类别 `{}`；现有 {}",
    "there is no command `{}`; perhaps {}": "没有步骤 `{}`；是否指 {}",
    "there is no command `{}`; known are {}": "没有步骤 `{}`；现有 {}",
    "there is no lifecycle `{}`; perhaps {}": "没有流程 `{}`；是否指 {}",
    "there is no lifecycle `{}`; known are {}": "没有流程 `{}`；现有 {}",
    "there is no role `{}`; perhaps {}": "没有角色 `{}`；是否指 {}",
    "there is no role `{}`; known are {}": "没有角色 `{}`；现有 {}",
    "there is no tier `{}`; perhaps {}": "没有等次 `{}`；是否指 {}",
    "there is no tier `{}`; known are {}": "没有等次 `{}`；现有 {}",
    "there is no value `{}`; perhaps {}": "没有取值 `{}`；是否指 {}",
    "there is no value `{}`; known are {}": "没有取值 `{}`；现有 {}",
    "there is no field `{}`; perhaps {}": "没有栏目 `{}`；是否指 {}",
    "there is no field `{}`; known are {}": "没有栏目 `{}`；现有 {}",
    "write a mapping here: one entry a line, `key: value`": "此处应每行写一项，如 `key: value`",
    "write text here": "此处应写文字",
    "{} is not an id; use small letters, digits and `_`, beginning with a letter": (
        "{} 不是标识；请以字母开头，只用小写字母、数字和 `_`"
    ),
    "this is no alignment; write one": "这不是对应表；请写成对应表",
    "this file is for `{}`, and the policy is `{}`": "此文件针对 `{}`，而所比较的办法是 `{}`",
    "`{}` is named twice; name it once": "`{}` 写了两次；请只写一次",
    "`{}` has no track; name a policy that has promisors": (
        "`{}` 没有承诺人类别；请另指有承诺人的办法"
    ),
    "no track of one is like a track of the other; name them with `--track`": (
        "两者没有相近的类别；请用 `--track` 指明"
    ),
    "nobody is a promisor of `{}` and of the other track too": ("没有人既属于 `{}` 又属于另一类别"),
    "a person is the promisor of one track, an organization of the other": (
        "一类由个人承诺，另一类由组织承诺，无从比较"
    ),
    # databases
    "there is no database `{}`; {}": "没有数据库 `{}`；{}",
    "name another with `--db`": "请用 `--db` 另指一个",
    "run `pledgeflow demo`, or name one with `--db`": "请先运行 `pledgeflow demo`，或者用 `--db` 指明",
    "no database is named; name a new one or one that is there with `--db`, or in {}": (
        "未指明数据库；请用 `--db` 或环境变量 {} 指明新的或已有的数据库"
    ),
    "no database URL; write one like {}, or like {}": "不是数据库地址；请写成 {} 或 {} 的形式",
    "`{}` is no database that pledgeflow works with; begin the URL with {} or {}": (
        "不支持数据库 `{}`；地址须以 {} 或 {} 开头"
    ),
    "`{}` is nothing that can be said of a file; leave it out of the URL": (
        "`{}` 不适用于数据库文件；请从地址中去掉"
    ),
    "the driver `{}` is not installed; pip install {}": "未安装驱动 `{}`；请运行 pip install {}",
    "`{}` cannot be opened; is its directory there, and may this account write to it?": (
        "`{}` 无法打开；请检查所在目录是否存在、本账户能否写入"
    ),
    "`{}` is no SQLite database; name another file": "`{}` 不是 SQLite 数据库；请另指一个文件",
    "`{}` was busy for {} seconds; try again": "`{}` 已占用{}秒；请重试",
    "`{}` was busy for too long; try again": "`{}` 占用过久；请重试",
    "`{}` has no connection left; try again": "`{}` 的连接已用尽；请重试",
    "`{}` cannot grow, since there is no room left; make some, and do it again": (
        "`{}` 存储空间已满；请腾出空间后重新办理"
    ),
    "`{}` could not be read or written; look at the disk and at quotas, and do it again": (
        "`{}` 读写失败；请检查磁盘和配额后重新办理"
    ),
    "`{}` is damaged; put back a copy of it": "`{}` 已损坏；请用备份恢复",
    "`{}` may only be read; let this account write to the file and to its directory": (
        "`{}` 只能读取；请允许本账户写入该文件及所在目录"
    ),
    "`{}` may only be read; name the server that takes what is written": (
        "`{}` 只能读取；请改用可写入的服务器"
    ),
    "`{}` has no row-level security; give each jurisdiction a database": (
        "`{}` 不能逐行限制；请为每个地区或单位各设一个数据库"
    ),
    "`{}` is empty; run `pledgeflow db upgrade` first": (
        "`{}` 是空的；请先运行 `pledgeflow db upgrade`"
    ),
    "`{}` lets this role delete from `{}`, but not clean up after it; grant it MAINTAIN there": (
        "`{}` 允许该角色从`{}`中删除，但不允许彻底清除；请在该表上授予 `MAINTAIN` 权限"
    ),
    "`{}` does not let this role do that; grant it what it needs": (
        "`{}` 不允许该角色如此操作；请授予所需权限"
    ),
    "`{}` is out of reach; see that the server is running and that the URL is right, and do it "
    "again": "`{}` 无法连接；请检查服务器是否运行、地址是否正确，然后重新办理",
    "`{}` is a database of something else; name a new file": "`{}` 是别的数据库；请另指一个新文件",
    "`{}` has a table `{}` that is not ours": "`{}` 中的表 `{}` 不是本系统所建",
    "`{}` has tables of version {}, and version {} is needed; {}": (
        "`{}` 中的表为第{}版，需要第{}版；{}"
    ),
    "keep a copy of it and run `pledgeflow db upgrade`": "请先备份，再运行 `pledgeflow db upgrade`",
    "install a newer `pledgeflow`": "请安装较新的 `pledgeflow`",
    "`{}`: somebody else wrote this first": "`{}`：他人已先写入",
    "`{}` failed: {}": "`{}` 出错：{}",
    "`{}` is not empty; name a new database": "`{}` 不是空的；请另指一个新数据库",
    "`{}` is being written to all the time; try again": "`{}` 正被连续写入；请重试",
    "cycles of `{}` are being opened all the time; try again": ("`{}` 的期间正被连续开启；请重试"),
    "this has followed through {} streams, and goes round in a circle; let one of the reactions have "
    "guards": "此事已连续牵动{}个承诺或年度，成了循环；请为其中一项联动规定条件",
    "the key `{}` stands for another act already; use a new one": (
        "标识 `{}` 已用于另一次办理；请换一个"
    ),
    "the key `{}` is one of the engine's; use another": "标识 `{}` 为系统自用；请换一个",
    "the rules of `{}` are not in the store": "数据库中没有 `{}` 所适用的办法",
    # audits
    "signing needs the package `cryptography`; pip install {}": (
        "签名需要软件包 `cryptography`；请运行 pip install {}"
    ),
    "`{}` is there already; name another file": "`{}` 已经存在；请另指一个文件",
    "there is no key `{}`; make one with `pledgeflow audit keygen`": (
        "没有私钥 `{}`；请用 `pledgeflow audit keygen` 制作"
    ),
    "others may read the key `{}`; make it yours with chmod 600": (
        "他人可以读取私钥 `{}`；请用 chmod 600 收回"
    ),
    "`{}` holds no private key of the kind Ed25519, without a password": (
        "`{}` 中没有不设口令的 Ed25519 私钥"
    ),
    "`{}` is neither a public key of 64 hex digits nor a file with one": (
        "`{}` 既不是64位十六进制公钥，也不是存有公钥的文件"
    ),
    "`{}` holds no public key of 64 hex digits": "`{}` 中没有64位十六进制公钥",
    "`{}` is no JSON; name a checkpoint that was published": ("`{}` 不是 JSON；请指明已公布的存证"),
    "this is no checkpoint: it has no body with a signature": "这不是存证：没有正文和签名",
    "this is no checkpoint: its `format` is not {}": "这不是存证：`format` 不是 {}",
    "damaged checkpoint: `{}` holds what does not belong there": "存证已损坏：`{}` 的内容不对",
    "checkpoint {} is damaged; run `pledgeflow audit verify`": (
        "第{}号存证已损坏；请运行 `pledgeflow audit verify`"
    ),
    "the checkpoint is of `{}`, not of `{}`": "此存证属于 `{}`，不属于 `{}`",
    "the checkpoint was not signed with this key; ask who gave it to you": (
        "此存证不是这把公钥所签；请向提供者核实"
    ),
    "`{}` does not follow from what was signed before; run `pledgeflow audit verify`": (
        "`{}` 与此前所签的不相接；请运行 `pledgeflow audit verify`"
    ),
    "`{}` has {} checkpoints, and none numbered {}": "`{}` 共有{}号存证，没有第{}号",
    "`{}` has no checkpoint; make one with `pledgeflow audit checkpoint`": (
        "`{}` 没有存证；请用 `pledgeflow audit checkpoint` 制作"
    ),
    "`{}` has no checkpoint {}; make one with `pledgeflow audit checkpoint`": (
        "`{}` 没有第{}号存证；请用 `pledgeflow audit checkpoint` 制作"
    ),
    "checkpoint {} says nothing of `{}`; take a later one": ("第{}号存证不含 `{}`；请用更新的存证"),
    "`{}` is not what checkpoint {} signed; run `pledgeflow audit verify`": (
        "`{}` 与第{}号存证所签不符；请运行 `pledgeflow audit verify`"
    ),
    "at checkpoint {} `{}` had the versions 1 to {}": "到第{}号存证时，`{}` 有第1至第{}个事件",
    "nothing is known of `{}`; name a person by their id": (
        "没有关于 `{}` 的任何记载；请用编号指明人员"
    ),
    # handing on
    "`{}` is no address to hand events to; write one like {}": (
        "`{}` 不是可以转送的地址；请写成 {} 的形式"
    ),
    "an address may hold neither a password nor a `#`; use a token": (
        "地址中不得含有密码或 `#`；请改用令牌"
    ),
    "a token may not go over the network in the open; use https": (
        "令牌不得在网络上明文传送；请使用加密地址"
    ),
    "the token holds what no header can; check where it comes from": (
        "令牌含有无法传送的字符；请核对其来源"
    ),
    "`{}` cannot begin a source; write one like {}": "`{}` 不能用作来源的开头；请写成 {} 的形式",
    "the receiver answered {}; look into it there": "接收方答复{}；请向接收方查明原因",
    "the receiver answered {}": "接收方答复{}",
    "the receiver cannot be reached: {}": "无法连接接收方：{}",
    "the receiver did not answer in time": "接收方未按时答复",
    "the receiver broke off before it answered": "接收方未答复即中断",
    "version {}: {}": "第{}条：{}",
    # export and import
    "there is nothing of `{}` in the database": "数据库中没有 `{}` 的内容",
    "`{}` is damaged; see `pledgeflow audit verify`": (
        "`{}` 已损坏；请运行 `pledgeflow audit verify` 查明"
    ),
    "there is no file `{}`; name one that `pledgeflow export` has printed": (
        "没有文件 `{}`；请指明由 `pledgeflow export` 导出的文件"
    ),
    "`{}` is in the database already; import it into another one": (
        "`{}` 已在数据库中；请导入另一个数据库"
    ),
    "line {}: {}; nothing was imported": "第{}行：{}；未导入任何内容",
    "this is no file of an export: {}": "不是导出文件：{}",
    "this is no file of an export, or not all of one": "不是导出文件，或者不完整",
    "the file is of another format, and not of {}": "文件格式不同，应为第{}版",
    "the file names no jurisdiction": "文件未写明地区或单位",
    "the line is not whole, or none of such a file": "该行不完整，或者不是导出的内容",
    "the line is not as it was written": "该行与写入时不同",
    "the line is no JSON text": "该行不是规定的文本",
    "the line is not as it is written here": "该行的写法不合规定",
    "the file was at its end before this line": "文件在此行之前已经结束",
    "the file ends before its last line": "文件缺少末行，内容不全",
    "it ends another file": "该行是别的文件的末行",
    "line {} stands here again, or out of its place": "第{}行在此重复，或者错位",
    "so many lines are missing before this one: {}": "此行之前缺少的行数：{}",
    "there is no such kind of line as `{}`": "没有 `{}` 这一类的行",
    "no line of the kind `{}` belongs here any more": "`{}` 类的行不应出现在此处",
    "it is there already, or out of its order": "内容重复，或者次序有误",
    "it is of the cycle `{}`, which is not there": "所属期间 `{}` 不在其中",
    "it runs by rules that are not there": "所适用的办法不在其中",
    "the rules that it runs by cannot be read": "所适用的办法无法读取",
    "the rules are not those that have this digest": "办法内容与其校验值不符",
    "the words are not those that have this digest": "文字内容与其校验值不符",
    "it is of no events that could be": "所指的记录不可能存在",
    "its version is not the event's": "序号与记录不符",
    "it names no stream": "未指明承诺或年度",
    "it is of a ballot that is not there": "所属的投票不在其中",
    "it is of events that are not there": "所依据的记录不在其中",
    "the event that was signed is not there": "所签署的记录不在其中",
    "`{}` is not in the directory": "`{}` 不在名录中",
    "`{}` is missing": "缺少 `{}`",
    "`{}` is unknown": "`{}` 不应出现",
    "`{}` holds what does not belong there": "`{}` 的内容不合规定",
    "`{}` holds a mark that this database cannot keep": "`{}` 含有此数据库无法保存的字符",
    "the events before it are not there": "此前的记录不在其中",
    "the event before it is not there, or it is there already": "前一条记录不在其中，或者本条重复",
    "no stream begins with it": "不能作为第一条记录",
    "its hash is not that of the event and of what came before it": (
        "校验值与本条及此前的记录不符"
    ),
    "nothing could come of it and of what came before it": "与此前的记录无法衔接",
    "damaged event: {}": "记录损坏：{}",
    "it has no fields": "没有内容",
    "`kind` is none of {}": "类别有误",
    # jurisdictions, cycles, pledges
    "there is no jurisdiction `{}`; there is {}": "没有地区或单位 `{}`；现有 {}",
    "`{}` is a cycle; write `{}`": "`{}` 是期间；请写成 `{}`",
    "`--until {}` lies before the day that is asked about, {}; name a later day, or an earlier one "
    "with `--on`": "`--until {}` 早于所问之日{}；请指明更晚的一天，或者用 `--on` 指明更早的一天",
    "none; open a cycle first": "无，请先开启一个期间",
    "there is no cycle in `{}`; jurisdictions are {}": "`{}` 没有开启期间；现有地区或单位 {}",
    "`{}` has no cycle `{}`; it has {}": "`{}` 没有期间 `{}`；现有 {}",
    "jurisdictions and cycles are named without `/`, `@` or blanks": (
        "地区或单位和期间的名称不得含有 `/`、`@` 或空格"
    ),
    "`{}` has full-width marks; write `{}`": "`{}` 含有全角符号；请写 `{}`",
    "the cycle `{}` of `{}` is already open": "期间 `{}` 在 `{}` 已经开启",
    "a cycle has to start after the last one, {}; name the day": (
        "期间须在上一期间开始之日（{}）之后开始；请指明日期"
    ),
    "`{}` names no year; say on which day the cycle starts": (
        "`{}` 不是年份；请指明期间从哪一天开始"
    ),
    "`{}` was closed on {}": "`{}` 已于{}关闭",
    "`{}` starts on {}, after {}": "`{}` 自{}开始，晚于{}",
    "`{}` is only for others to extend; open one that does": (
        "`{}` 仅供其他办法沿用；请选用沿用它的办法"
    ),
    "`{}` is in force from {} to {}, and not on {}": "`{}` 自{}至{}施行，{}不在其内",
    "`{}` is in force from {}, and not on {}": "`{}` 自{}起施行，{}尚未施行",
    "a pledge is named by text: jurisdiction/cycle/promisor": (
        "承诺须以文字指明：地区或单位/期间/承诺人"
    ),
    "`{}` names no pledge; write jurisdiction/cycle/promisor": (
        "`{}` 未指明承诺；请写成“地区或单位/期间/承诺人”"
    ),
    "`{}` names no cycle; write jurisdiction/cycle": "`{}`未指明期间；请写成“地区或单位/期间”",
    "`--subtree` is about an organization; name it with `--organization`": (
        "`--subtree` 针对一个组织；请用 `--organization` 指明"
    ),
    "`--by` and `--promisor` exclude each other; choose one": (
        "`--by` 和 `--promisor` 不能同时使用；请只用一个"
    ),
    "`{}` has no ledger `{}`; there is {}": "`{}` 没有台账 `{}`；现有 {}",
    "`{}` does not say when somebody has pledged; write `coverage:` in it": (
        "`{}` 没有规定何时算作已承诺；请在其中写明 `coverage:`"
    ),
    "there is no pledge `{}`; perhaps {}; see `pledgeflow pledges`": (
        "没有承诺 `{}`；是否指 {}；可用 `pledgeflow pledges` 查看"
    ),
    "there is no pledge `{}`; see `pledgeflow pledges`": (
        "没有承诺 `{}`；可用 `pledgeflow pledges` 查看"
    ),
    "`{}` has not begun; perhaps {}; see `pledgeflow pledges --all`": (
        "`{}` 尚未开始；是否指 {}；可用 `pledgeflow pledges --all` 查看"
    ),
    "`{}` has not begun; see `pledgeflow pledges --all`": (
        "`{}` 尚未开始；可用 `pledgeflow pledges --all` 查看"
    ),
    # policies that are filed
    "`{}`: there is no policy `{}`; known are {}": "`{}`：没有办法 `{}`；现有 {}",
    "`{}`: the policy `{}` cannot be loaded: {}": "`{}`：办法 `{}` 无法载入：{}",
    "`{}`: `{}` is only for others to extend; name one that does": (
        "`{}`：`{}` 仅供其他办法沿用；请写沿用它的办法"
    ),
    "`{}` is only for others to extend; name one that does": "`{}` 仅供其他办法沿用；请写沿用它的办法",
    "`{}`: `{}` has the digest {} on {}; name that, or the policy without a digest": (
        "`{0}`：`{1}` 在{3}的摘要值为 {2}；请写此值，或者只写办法名称"
    ),
    "`{}` was never filed here; name a policy without digest": (
        "`{}` 未曾在此备案；请写不带摘要值的办法名称"
    ),
    "`{}` has to be a policy with its digest, as in name@digest": (
        "`{}` 须为办法及其摘要值，写成“名称@摘要值”"
    ),
    # working days
    "the working days of {} are not announced; name them in a calendar file, or write {} there": (
        "{}年的工作日尚未公布；请在日历文件中写明，或者在其中写 {}"
    ),
    "the only fallback is `weekends`": "`fallback` 只能写 `weekends`",
    "`{}` is no year; write one as in 2027": "`{}` 不是年份；请写成 2027 的形式",
    "{} is both; keep one": "{}既是节假日又是工作日；请只留一处",
    "write the days of {} under {} and {}": "{}年的日期须写在 {} 和 {} 之下",
    "write a list of at most {} days here": "此处须写日期的列表，最多{}天",
    "`{}` is no day of {}; write one as in {}": "`{}` 不是{}年的日期；请写成 {} 的形式",
    # people
    "nobody is called `{}` in the directory on {}; {}": "{1}的名册中没有 `{0}`；{2}",
    "add them to the directory first": "请先录入名册",
    "nobody and no organization is called `{}` on this date": "该日名册中没有人员或组织 `{}`",
    "`{}`: no {} is called `{}` in the directory": "`{}`：名册中没有{} `{}`",
    "the directory has no organization `{}`; there is {}": "名册中没有组织 `{}`；现有 {}",
    "person": "人员",
    "organization": "组织",
    "as the work unit": "工作单位",
    "at the venue `{}`": "场所 `{}`",
    "`{}` fits the tracks {} alike; tell them apart by kind": (
        "`{}` 同时符合承诺人类别 {}；请按人员类别加以区分"
    ),
    "`{}` belongs to no organization {}; add a membership": "`{}` 不属于任何组织（{}）；请补录所属组织",
    "`{}` has several organizations {}: {}; keep one": "`{}` 属于多个组织（{}）：{}；请只留一个",
}
