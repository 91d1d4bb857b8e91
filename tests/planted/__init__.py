"""Policies that are broken on purpose, sound ones beside them, and a brute force that tells which.

Each folder is a policy over `sound`, written by hand, that the loader accepts, with a `fault.yaml`:
`promise` is what it breaks, `fault` how, `shortest` the number of inputs of the shortest trace (a
step by somebody, time moving on to a day, an annulment or a correction are one input each; null
where there is no trace), `also` what comes with it. `days`, `promisors` and `amending` say what the
brute force tries. It reads the promises so:

- published_unapproved: something is published of which an approval, or a consent or a signature
  where the policy has such steps, is missing since it was last changed, or sent back
- practised_unpublished: practice of what has not been published since it was last changed
- graded_early: a step of the order is missing, or out of it, since the grade before
- award_barred: an award and an outcome that bars stand together, whichever came first
- dead_end: no way leads to a final state of the pledge, other than by annulling or correcting
- never_enabled: a command is never accepted, whoever of the promisors it is about
- duty_unmeetable: what is owed from some step on can no longer be met in time on any way
- own_judge: whoever the pledge belongs to approves, strikes off, rates, grades or honours it
- no_consequence: a pledge has ended, and of a promise that was not kept nothing came, or what it
  called for was not done
- refusal_changes: a refused input has left another state; no policy can bring that about
"""
