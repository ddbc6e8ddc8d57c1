"""The checker against histories that were made by hand."""

import pytest

from history import SECOND, UNKNOWN_SECONDS, Record, judge


def login(token, asked, answered, session=None, account="ann"):
    return Record("login", account, session or f"s{token}", token, 0, asked, answered, 200)


def verify(token, asked, answered, status, account="ann"):
    return Record("verify", account, f"s{token}", token, 1, asked, answered, status)


def revoke(kind, by, session, asked, answered, status=204, account="ann"):
    return Record(kind, account, session, by, 0, asked, answered, status)


TWO = [login(1, 0, 10), login(2, 0, 10)]


def violations(*records):
    return [text.splitlines()[0].removeprefix("VIOLATION: ") for text in judge([*TWO, *records]).violations]


def test_what_is_accepted_before_the_answer_is_no_violation():
    assert violations(revoke("one", 1, "s2", 20, 30), verify(2, 29, 99, 204), verify(2, 30, 99, 204)) == []


def test_what_is_accepted_after_the_answer_is_one():
    assert violations(revoke("one", 1, "s2", 20, 30), verify(2, 31, 32, 204)) == ["accepted after its end"]


def test_the_order_in_which_answers_arrive_does_not_matter():
    # The check is over before the revoker has noted its answer's time.
    assert violations(verify(2, 26, 27, 204), revoke("one", 1, "s2", 20, 25)) == ["accepted after its end"]


def test_refused_after_the_answer_and_503_are_no_violations():
    assert violations(revoke("one", 1, "s2", 20, 30), verify(2, 31, 32, 401), verify(2, 31, 32, 503)) == []


def test_a_log_out_that_nobody_asked_for_is_a_violation():
    assert violations(verify(2, 20, 21, 401)) == ["refused, and nobody had asked for its end"]
    assert violations(verify(2, 20, 21, 503)) == []


def test_refused_while_a_revocation_is_under_way_is_none_and_before_it_is_one():
    assert violations(revoke("one", 1, "s2", 20, 30), verify(2, 19, 20, 401)) == []
    assert violations(revoke("one", 1, "s2", 20, 30), verify(2, 18, 19, 401)) == [
        "refused, and nobody had asked for its end"
    ]


@pytest.mark.parametrize("answered, status", [(None, None), (30, 503)])
def test_an_unknown_revocation_excuses_both_answers(answered, status):
    unknown = revoke("one", 1, "s2", 20, answered, status)
    assert violations(unknown, verify(2, 31, 32, 204), verify(2, 31, 32, 401)) == []


def test_the_earliest_of_several_answers_counts_and_repeats_obey_the_same_rule():
    first, second = revoke("one", 1, "s2", 20, 60), revoke("one", 1, "s2", 22, 40)
    assert violations(first, second, verify(2, 41, 42, 204)) == ["accepted after its end"]
    assert violations(first, second, verify(2, 39, 42, 204)) == []


def test_an_unknown_revocation_and_its_repetition():
    unknown, again = revoke("one", 1, "s2", 20, None, None), revoke("one", 1, "s2", 40, 50)
    assert violations(unknown, again, verify(2, 49, 52, 204)) == []
    assert violations(unknown, again, verify(2, 51, 52, 204)) == ["accepted after its end"]


def test_revoking_the_others_spares_the_one_that_asks():
    others = revoke("others", 1, "s1", 20, 30, 200)
    assert violations(others, verify(1, 31, 32, 204), verify(2, 31, 32, 401)) == []
    assert violations(others, verify(1, 31, 32, 401)) == ["refused, and nobody had asked for its end"]
    assert violations(others, verify(2, 31, 32, 204)) == ["accepted after its end"]


def test_revoking_all_and_logging_out_cover_the_one_that_asks():
    for kind in ("all", "logout", "password"):
        assert violations(revoke(kind, 1, "s1", 20, 30, 200), verify(1, 31, 32, 204)) == ["accepted after its end"]


def test_the_token_that_a_password_change_hands_out_lives_on():
    change = revoke("password", 1, "s1", 20, 30, 200)
    assert violations(change, login(3, 20, 30, "s1"), verify(3, 31, 32, 204), verify(1, 31, 32, 401)) == []


def test_accounts_do_not_concern_each_other():
    other = [login(3, 0, 10, account="bob"), revoke("all", 1, "s1", 20, 30, 200)]
    assert violations(*other, verify(3, 31, 32, 204, "bob")) == []
    assert violations(*other, verify(3, 31, 32, 401, "bob")) == ["refused, and nobody had asked for its end"]


def test_a_log_in_that_is_concurrent_with_a_revocation_may_be_covered_or_not():
    for answered, status in ((25, 200), (None, None)):
        concurrent = [revoke("all", 1, "s1", 20, answered, status), login(3, 21, 24)]
        assert violations(*concurrent, verify(3, 31, 32, 204)) == []
        assert violations(*concurrent, verify(3, 31, 32, 401)) == []


def test_a_log_in_after_the_answer_is_not_covered():
    assert violations(revoke("all", 1, "s1", 20, 25, 200), login(3, 26, 29), verify(3, 31, 32, 401)) == [
        "refused, and nobody had asked for its end"
    ]


def test_an_unknown_revocation_is_not_open_for_ever():
    late = 20 + (UNKNOWN_SECONDS + 1) * SECOND
    records = [revoke("all", 1, "s1", 20, None, None), login(3, late, late + 1), verify(3, late + 2, late + 3, 401)]
    assert violations(*records) == ["refused, and nobody had asked for its end"]


def test_a_revoked_token_revokes_nothing_but_may_log_out_again():
    ended = revoke("one", 1, "s2", 20, 30)
    assert violations(ended, revoke("one", 2, "s1", 31, 32)) == ["a revoked token has revoked"]
    assert violations(ended, revoke("one", 2, "s1", 31, 32, 401)) == []
    assert violations(ended, revoke("logout", 2, "s2", 31, 32)) == []


def test_an_answer_that_no_check_has_is_a_violation():
    assert violations(verify(2, 20, 21, 500)) == ["an answer that no check has"]


def test_pairs_are_checks_that_begin_after_the_answer():
    checker = judge(
        [*TWO, revoke("one", 1, "s2", 20, 30), verify(2, 30, 31, 401), verify(2, 31, 32, 401), verify(1, 31, 32, 204)]
    )
    assert (checker.counts["pairs"], checker.counts["verifications"]) == (1, 3)
