"""A standby takes over, and the old primary goes on with a node that does not know: the one rule that a single server cannot break."""

import time

from replicated import Pair  # of BlackBoxTests

RULE = "replication"


def seen_after():
    """After how many seconds a node that renews its lease by reading alone accepts what has ended; None if it does not."""
    pair = Pair({"SESSIOND_FAULTS": f"break@{RULE}"})
    try:
        begun = time.monotonic()
        pair.start()
        pair.split()
        pair.revoke_on_the_new_primary()
        return time.monotonic() - begun if 204 in pair.statuses_on_the_old_primary() else None
    finally:
        pair.close()
