"""What had happened under other rules: recorded acts, put to a policy that they were not put to.

naming      what the acts of one policy are called by another
saying      what an act says, in the other policy's words, and what only that one asks
elsewhere   facts of other streams, as far as they can be had
acts        what somebody did, of what was recorded
replaying   one stream, act by act
told        what came of it, and the totals of many
running     all streams of a database, in several processes
"""
