"""Names of sample people, and words that they might write. Made up, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

FAMILIES = """
王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 马ma 朱zhu 胡hu
林lin 郭guo 何he 高gao 罗luo 郑zheng 梁liang 谢xie 宋song 唐tang 许xu 邓deng 冯feng 韩han 曹cao
"""
GIVEN = """
建国jianguo 秀英xiuying 志强zhiqiang 桂兰guilan 海燕haiyan 文斌wenbin 丽华lihua 永福yongfu
晓梅xiaomei 国庆guoqing 玉珍yuzhen 立新lixin 春生chunsheng 红霞hongxia 卫东weidong
淑芳shufang 明亮mingliang 雪峰xuefeng 金凤jinfeng 学军xuejun
"""

WORDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "proposal": (
        ("窗口业务当场能办的当场办结", "what can be settled at the counter is settled at once"),
        ("每月到联系户走访一次", "visit the households in my care once a month"),
        ("群众来信三个工作日内答复", "answer letters from the public within three working days"),
        ("整理并公开办事指南", "put the guide to our services in order and show it"),
        ("帮助两户困难家庭修缮房屋", "help two families in need to mend their homes"),
        ("清理积压档案", "clear the backlog of files"),
        ("每季度讲一次业务课", "give one lesson on our work each quarter"),
        ("市场巡查每周不少于两次", "walk the market at least twice a week"),
    ),
    "record": (
        ("已走访五户并登记诉求", "called on five households and noted what they ask for"),
        ("本月当场办结四十二件", "settled forty-two matters at the counter this month"),
        ("指南已印发窗口", "the guide has been printed for the counters"),
        ("积压档案整理过半", "more than half of the backlog is in order"),
    ),
    "consultation": (
        ("希望办事少跑腿", "people want fewer errands for one matter"),
        ("希望答复更快", "people want quicker answers"),
        ("希望看得到进度", "people want to see how far a matter is"),
    ),
    "return": (
        ("措施过于笼统，请写具体", "the measures are too general; be concrete"),
        ("目标过高，请量力而行", "the aim is too high; promise what you can do"),
    ),
    "": (
        ("按计划进行", "as planned"),
        ("已核对，情况属实", "checked, and found to be so"),
        ("详见会议记录", "see the minutes of the meeting"),
    ),
}
ELSEWHERE = ("其他", "another")
UNLISTED = ("优秀", "excellent")


def people(rng: Random, lang: str) -> Iterator[tuple[str, str]]:
    """Ids and names, none of them twice."""
    families, givens = (_shuffled(names.split(), rng) for names in (FAMILIES, GIVEN))
    seen: set[str] = set()
    for turn in range(len(families) * len(givens)):
        family = families[turn % len(families)]
        given = givens[(turn + turn // len(families)) % len(givens)]
        chinese, pinyin = zip(*map(_split, (family, given)), strict=True)
        key = "_".join(pinyin)
        if key not in seen:
            seen.add(key)
            yield key, "".join(chinese) if lang == "zh" else " ".join(p.title() for p in pinyin)


def words(rng: Random, means: str, lang: str) -> str:
    """Something that might be written in a step of that meaning."""
    said = "proposal" if means == "revision" else means
    return rng.choice(WORDS.get(said) or WORDS[""])[lang != "zh"]


def _shuffled(names: list[str], rng: Random) -> list[str]:
    return rng.sample(names, len(names))


def _split(name: str) -> tuple[str, str]:
    chinese = "".join(c for c in name if not c.isascii())
    return chinese, name[len(chinese) :]
