"""What roles, acts, stages, outcomes and units are called, in Chinese and English.

The words of `docs/glossary.md` as data: whoever shows a case or a diagram to people takes them
from here. A word that does not stand here is shown as it is written.
"""

from typing import NamedTuple

from engine.domain.limits import Unit


class Term(NamedTuple):
    """One word of the field in two languages."""

    zh: str
    en: str


AXES = {
    "supervision": Term("监督", "supervision"),
    "command": Term("指挥", "command"),
    "handling": Term("处置", "handling"),
    "none": Term("无", "none"),
}
ROLES = {
    "collector": Term("信息采集员", "collector"),
    "acceptor": Term("受理员", "acceptor"),
    "duty_officer": Term("值班长", "duty officer"),
    "evaluator": Term("考评员", "evaluator"),
    "inspector": Term("督察员", "inspector"),
    "dispatcher": Term("派遣员", "dispatcher"),
    "department": Term("处置部门", "department"),
    "crew": Term("处置人员", "crew"),
    "leader": Term("领导", "leader"),
    "administrator": Term("系统管理员", "administrator"),
    "auditor": Term("审计员", "auditor"),
    "system": Term("系统", "system"),
}
ACTS = {
    "report": Term("上报", "report"),
    "register": Term("登记", "register"),
    "accept": Term("受理", "accept"),
    "verify": Term("核实", "verify"),
    "file": Term("立案", "file"),
    "dispatch": Term("派遣", "dispatch"),
    "assign": Term("指派", "assign"),
    "handle": Term("处置", "handle"),
    "hand_back": Term("批转", "hand back"),
    "review": Term("反馈审核", "review"),
    "check": Term("核查", "check"),
    "close": Term("结案", "close"),
    "void": Term("作废", "void"),
    "evaluate": Term("综合评价", "evaluate"),
    "coordinate": Term("协调", "coordinate"),
    "approve": Term("审批", "approve"),
    "reply": Term("回复", "reply"),
}
STAGES = {
    "collection": Term("信息收集", "collection"),
    "filing": Term("案卷建立", "filing"),
    "dispatch": Term("任务派遣", "dispatch"),
    "handling": Term("任务处理", "handling"),
    "feedback": Term("结果反馈", "feedback"),
    "closing": Term("核实结案", "closing"),
    "evaluation": Term("综合评价", "evaluation"),
}
#: Clocks are named freely; these names are of the house.
CLOCKS = {"handling": Term("处置", "handling")}
#: Answers of a person and outcomes of a case; `act/outcome` where the act decides.
OUTCOMES = {
    "send_for_verification": Term("发核实", "send for verification"),
    "not_accepted": Term("不予受理", "not accepted"),
    "confirmed": Term("属实", "confirmed"),
    "refuted": Term("不属实", "refuted"),
    "verify/unable": Term("无法核实", "unable to verify"),
    "check/unable": Term("无法核查", "unable to check"),
    "verify_again": Term("再核实", "verify again"),
    "filed": Term("立案", "filed"),
    "not_filed": Term("不予立案", "not filed"),
    "dispatched": Term("派遣", "dispatched"),
    "return_to_filing": Term("回退", "return to filing"),
    "assigned": Term("指派", "assigned"),
    "rejected": Term("退单", "rejected"),
    "submitted": Term("提交", "submitted"),
    "returned_to_department": Term("退回部门", "returned to the department"),
    "handed_back": Term("批转", "handed back"),
    "sent_back": Term("打回", "sent back"),
    "forwarded": Term("转核查", "forwarded to the check"),
    "rework": Term("返工", "rework"),
    "passed": Term("通过", "passed"),
    "failed": Term("不通过", "failed"),
    "check_again": Term("再核查", "check again"),
    "closed": Term("结案", "closed"),
    "closed_special": Term("特殊结案", "closed, special"),
    "closed_self_handled": Term("自处置结案", "closed, self-handled"),
    "merged": Term("并单", "merged"),
    "void": Term("作废", "void"),
    "keep": Term("不予作废", "keep"),
    "reviewed": Term("已复核", "reviewed"),
    "replied": Term("已回复", "replied"),
}
UNIT_KINDS = {
    "department": Term("处置部门", "department"),
    "crew": Term("班组", "crew"),
}
OUTPUT_TYPES = {
    "text": Term("文字", "text"),
    "integer": Term("整数", "whole number"),
    "number": Term("数值", "number"),
    "boolean": Term("是或否", "yes or no"),
    "date": Term("日期", "date"),
    "instant": Term("时刻", "instant"),
    "choice": Term("选项", "choice"),
    "photo": Term("照片一张", "one photograph"),
    "photos": Term("照片", "photographs"),
    "unit": Term("单位", "unit"),
    "person": Term("人员", "person"),
    "object": Term("多项内容", "several values"),
}
#: How limits count, in the singular.
LIMIT_UNITS = {
    Unit.WORKING_MINUTE: Term("工作分钟", "working minute"),
    Unit.WORKING_HOUR: Term("工作时", "working hour"),
    Unit.WORKING_DAY: Term("工作日", "working day"),
    Unit.MINUTE: Term("分钟", "minute"),
    Unit.URGENT_HOUR: Term("紧急工作时", "urgent hour"),
    Unit.URGENT_DAY: Term("紧急工作日", "urgent day"),
    Unit.NATURAL_DAY: Term("自然日", "natural day"),
}
