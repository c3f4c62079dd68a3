"""One process in two dialects: FEEL for CaseLoop, Python for stock SpiffWorkflow.

Seven completions from start to end, with a loop back, a parallel split of three, two boundary
timers, a call activity and an event sub-process: the shapes of the disposition loop.
"""

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
PATH: tuple[tuple[str, dict[str, object]], ...] = (
    ("register", {"incomplete": True, "area": 50}),
    ("ask_back", {"info": "x"}),
    ("register", {"incomplete": False, "area": 52}),
    ("check_building", {"building_ok": True}),
    ("check_law", {"law_ok": True}),
    ("record_payment", {"paid": True}),
    ("issue", {"permit_no": "P-1"}),
)
_FLOWS = (
    "start > merge",
    "merge > register",
    "register > is_complete",
    "is_complete ? incomplete > ask_back",
    "is_complete > split",
    "ask_back > merge",
    "reminder > reminded",
    "silence > withdrawn",
    "split > check_building",
    "split > check_law",
    "split > fee",
    "check_building > join",
    "check_law > join",
    "fee > join",
    "join > both_right",
    "both_right ? building_ok and law_ok > pay",
    "both_right > reject",
    "pay > issue",
    "issue > done",
    "reject > done",
    "done > end",
)


def document(kilobytes: int) -> dict[str, object]:
    """A case document of about this size."""
    notes = [
        {"key": f"key{n}", "value": n, "note": "a sentence of about forty letters and more"}
        for n in range(max(1, kilobytes * 1024 // 90))
    ]
    return {"applicant": {"name": "Lin", "city": "X"}, "notes": notes, "area": 0}


def drawing(*, feel: bool) -> bytes:
    """The file in one of the two dialects."""
    tasks = "".join(_user(name) for name in ("register", "ask_back", "check_building", "check_law"))
    gateways = "".join(
        f'<exclusiveGateway id="{name}"{default}/>'
        for name, default in (
            ("merge", ""),
            ("is_complete", ' default="is_complete_to_split"'),
            ("both_right", ' default="both_right_to_reject"'),
            ("done", ""),
        )
    )
    main = (
        '<startEvent id="start"/>'
        + tasks
        + _user("issue")
        + _user("reject")
        + gateways
        + '<parallelGateway id="split"/><parallelGateway id="join"/>'
        + _script("fee", "fee", "100 + area * 2", feel=feel)
        + _timer("reminder", "register", "PT48H", cancels=False, feel=feel)
        + _timer("silence", "ask_back", "P14D", cancels=True, feel=feel)
        + '<endEvent id="reminded"/><endEvent id="withdrawn"/><endEvent id="end"/>'
        + '<callActivity id="pay" calledElement="payment"/>'
        + '<subProcess id="withdraw" triggeredByEvent="true"><startEvent id="asked" '
        'isInterrupting="false"><messageEventDefinition messageRef="withdrawal"/></startEvent>'
        + _user("talk")
        + '<endEvent id="talked"/>'
        + _flow("asked", "talk", "")
        + _flow("talk", "talked", "")
        + "</subProcess>"
        + "".join(_parse_flow(text) for text in _FLOWS)
    )
    payment = (
        '<startEvent id="called"/>'
        + _script("invoice", "invoice", "42", feel=feel)
        + _user("record_payment")
        + '<endEvent id="paid_up"/>'
        + _flow("called", "invoice", "")
        + _flow("invoice", "record_payment", "")
        + _flow("record_payment", "paid_up", "")
    )
    return (
        f'<definitions xmlns="{BPMN}" xmlns:cl="urn:caseloop:bpmn:1" id="d" '
        'targetNamespace="urn:bench"><message id="withdrawal" name="withdrawal"/>'
        f'<process id="inspection" isExecutable="true">{main}</process>'
        f'<process id="payment" isExecutable="true">{payment}</process></definitions>'
    ).encode()


def _user(name: str) -> str:
    return f'<userTask id="{name}"/>'


def _script(name: str, target: str, value: str, *, feel: bool) -> str:
    inside = (
        f'<extensionElements><cl:assign name="{target}" value="={value}"/></extensionElements>'
        if feel
        else f"<script>{target} = {value}</script>"
    )
    return f'<scriptTask id="{name}">{inside}</scriptTask>'


def _timer(name: str, host: str, duration: str, *, cancels: bool, feel: bool) -> str:
    text = duration if feel else f'"{duration}"'
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{host}" '
        f'cancelActivity="{str(cancels).lower()}">'
        f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"
        "</boundaryEvent>"
    )


def _parse_flow(text: str) -> str:
    left, target = text.split(" > ")
    source, _, condition = left.partition(" ? ")
    return _flow(source, target, condition)


def _flow(source: str, target: str, condition: str) -> str:
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    return (
        f'<sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">'
        f"{inside}</sequenceFlow>"
    )
