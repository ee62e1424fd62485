"""The state of a delivery only moves forward."""

from hypothesis import given
from hypothesis import strategies as st

from harken.conversations.delivery_rules import ATTEMPTS, Report, after_report, may_retry, retry_delay
from harken.conversations.model import DeliveryState

REPORTS: list[Report] = ["sent", "delivered", "read", "failed"]
STATES: list[DeliveryState] = ["queued", "sending", "sent", "delivered", "read", "failed", "uncertain"]
_CERTAINTY = {"queued": 0, "sending": 1, "uncertain": 1, "sent": 2, "failed": 3, "delivered": 4, "read": 5}


@given(st.sampled_from(STATES), st.lists(st.sampled_from(REPORTS), max_size=8))
def test_news_never_moves_a_delivery_back(state: DeliveryState, reports: list[Report]) -> None:
    for report in reports:
        after = after_report(state, report)
        assert after == state or _CERTAINTY[after] > _CERTAINTY[state]
        state = after


@given(st.sampled_from(STATES), st.permutations(REPORTS * 2), st.integers(1, 8))
def test_the_order_of_news_does_not_matter(state: DeliveryState, shuffled: list[Report], most: int) -> None:
    reports = shuffled[:most]

    def after(order: list[Report]) -> DeliveryState:
        end = state
        for report in order:
            end = after_report(end, report)
        return end

    assert after(reports) == after(sorted(reports)) == after(reports + reports)


@given(st.sampled_from(STATES), st.sampled_from(REPORTS))
def test_the_same_news_twice_changes_nothing_the_second_time(state: DeliveryState, report: Report) -> None:
    once = after_report(state, report)
    assert after_report(once, report) == once


def test_what_arrived_after_all_is_no_failure() -> None:
    assert after_report("failed", "delivered") == "delivered"
    assert after_report("failed", "sent") == "failed"
    assert after_report("uncertain", "sent") == "sent"
    assert after_report("read", "failed") == "read"


def test_only_a_failed_or_uncertain_message_may_be_sent_again() -> None:
    assert {state for state in STATES if may_retry(state)} == {"failed", "uncertain"}


def test_eight_attempts_take_about_an_hour_and_the_services_own_wait_counts() -> None:
    delays = [retry_delay(attempt, None, 0.5) for attempt in range(1, ATTEMPTS + 1)]
    assert delays[-1] is None and ATTEMPTS == 8
    assert 3000 < sum(delay for delay in delays if delay is not None) < 4200
    assert retry_delay(1, 120.0, 0.5) == 120.0
    assert retry_delay(ATTEMPTS + 1, None, 0.5) == delays[0]
