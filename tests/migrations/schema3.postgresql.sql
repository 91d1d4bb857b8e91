-- A database of schema 3, as pledgeflow wrote it at 67175e1 to PostgreSQL 18 (pg_dump --inserts).
CREATE TABLE public.ballot_codes (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    ballot character varying NOT NULL,
    round integer NOT NULL,
    digest character varying NOT NULL,
    voter text NOT NULL
);
CREATE TABLE public.ballot_counts (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    ballot character varying NOT NULL,
    round integer NOT NULL,
    choice character varying NOT NULL,
    votes integer NOT NULL
);
CREATE TABLE public.ballot_roll (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    ballot character varying NOT NULL,
    round integer NOT NULL,
    voter character varying NOT NULL,
    voted boolean NOT NULL
);
CREATE TABLE public.ballot_votes (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    ballot character varying NOT NULL,
    round integer NOT NULL,
    voter character varying NOT NULL,
    choices text NOT NULL
);
CREATE TABLE public.ballots (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    ballot character varying NOT NULL,
    round integer NOT NULL,
    secrecy text NOT NULL,
    choices text NOT NULL,
    marks integer NOT NULL,
    blank boolean NOT NULL,
    small integer NOT NULL,
    keeps_key boolean NOT NULL,
    salt text NOT NULL,
    secret text NOT NULL,
    opened_on date NOT NULL,
    closed_on date,
    votes text NOT NULL,
    told boolean NOT NULL
);
CREATE TABLE public.cycles (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    starts date NOT NULL,
    ordinal integer NOT NULL,
    policy text NOT NULL,
    digest text NOT NULL,
    closed date
);
CREATE TABLE public.done (
    jurisdiction character varying NOT NULL,
    key character varying NOT NULL,
    cycle text NOT NULL,
    promisor text NOT NULL,
    venue text NOT NULL,
    after integer NOT NULL,
    upto integer NOT NULL
);
CREATE TABLE public.due (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    kind character varying NOT NULL,
    duty character varying NOT NULL,
    subject character varying NOT NULL,
    day date NOT NULL,
    organization text NOT NULL
);
CREATE TABLE public.events (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL,
    command text NOT NULL,
    occurred_on date,
    recorded_at timestamp with time zone NOT NULL,
    data text NOT NULL
);
CREATE TABLE public.memberships (
    jurisdiction character varying NOT NULL,
    "row" integer NOT NULL,
    person text NOT NULL,
    organization text NOT NULL,
    venue text NOT NULL,
    valid_from date,
    valid_until date
);
CREATE TABLE public.organizations (
    jurisdiction character varying NOT NULL,
    "row" integer NOT NULL,
    organization text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    parent text,
    kinds text
);
CREATE TABLE public.pending (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    upto integer NOT NULL,
    after integer NOT NULL
);
CREATE TABLE public.people (
    jurisdiction character varying NOT NULL,
    "row" integer NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    kinds text,
    valid_from date,
    valid_until date
);
CREATE TABLE public.pledgeflow (
    schema integer NOT NULL
);
CREATE TABLE public.pledges (
    jurisdiction character varying NOT NULL,
    cycle character varying NOT NULL,
    promisor character varying NOT NULL,
    venue character varying NOT NULL,
    track text NOT NULL,
    organization text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    policy text NOT NULL,
    since date NOT NULL,
    kinds text NOT NULL,
    first text NOT NULL,
    items text NOT NULL,
    grade text,
    awards text NOT NULL,
    outcomes text NOT NULL
);
CREATE TABLE public.policies (
    digest character varying NOT NULL,
    name text NOT NULL,
    body text NOT NULL,
    engine text NOT NULL
);
CREATE TABLE public.posts (
    jurisdiction character varying NOT NULL,
    "row" integer NOT NULL,
    organization text NOT NULL,
    post text NOT NULL,
    person text NOT NULL,
    valid_from date,
    valid_until date
);
CREATE TABLE public.relations (
    jurisdiction character varying NOT NULL,
    "row" integer NOT NULL,
    relation text NOT NULL,
    person text NOT NULL,
    target text NOT NULL,
    valid_from date,
    valid_until date
);
CREATE TABLE public.texts (
    jurisdiction character varying NOT NULL,
    digest character varying NOT NULL,
    salt text NOT NULL,
    words text NOT NULL
);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'li', false);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p00', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p01', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p02', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p03', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p04', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p05', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p06', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p07', true);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p08', false);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p09', false);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p10', false);
INSERT INTO public.ballot_roll VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'p11', false);
INSERT INTO public.ballots VALUES ('town', '2025', 'wang', '', 'mutual', 1, 'unlinkable', '["good","fair","poor"]', 1, false, 3, false, '', '', '2025-03-03', '2025-03-12', '{"fair":0,"good":8,"poor":0}', true);
INSERT INTO public.cycles VALUES ('t', '2025', '2025-01-01', 1, 'town', '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', NULL);
INSERT INTO public.cycles VALUES ('town', '2025', '2025-01-01', 1, 'tiny', '1e5ea02c5f4aa39016ba5a55b2e096fce579e86710eab2bef1d6d6b379f5af8b', NULL);
INSERT INTO public.done VALUES ('t', 'reaction:t/2025/east@year:2:results_to_pledges:year:t/2025/an', '2025', 'an', '', 3, 4);
INSERT INTO public.done VALUES ('t', 'reaction:t/2025/east@year:2:results_to_pledges:year:t/2025/bo', '2025', 'bo', '', 3, 4);
INSERT INTO public.done VALUES ('t', 'reaction:t/2025/east@year:2:results_to_pledges:year:t/2025/cai', '2025', 'cai', '', 3, 4);
INSERT INTO public.done VALUES ('t', 'reaction:t/2025/east@selection:5:to_the_town:candidacy/1:t/2025/hill@selection', '2025', 'hill', 'selection', 0, 3);
INSERT INTO public.done VALUES ('town', 'ballot town/2025/wang:mutual/1', '2025', 'wang', '', 0, 2);
INSERT INTO public.events VALUES ('t', '2025', 'east', 'year', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:48.473714+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"year","on":"2025-01-01","organization":"east","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","state":"running","stream":{"cycle":"2025","jurisdiction":"t","promisor":"east","venue":"year"},"track":"branch_year","version":1}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:48.491339+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"pledge","on":"2025-01-01","organization":"east","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","state":"invited","stream":{"cycle":"2025","jurisdiction":"t","promisor":"an","venue":""},"track":"member","version":1}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 2, 'recorded', 'promise', '2025-01-10', '2026-11-26 01:36:48.491339+00', '{"actor":"an","capacity":"promisor","command":"promise","early":[],"entered_by":null,"fields":{},"kind":"recorded","late":[],"leaned_on":[],"means":"publication","occurred_on":"2025-01-10","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.promise","signatories":{},"subject":"pledge","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 3, 'moved', '', '2025-01-10', '2026-11-26 01:36:48.491339+00', '{"cause":2,"dest":"promised","kind":"moved","on":"2025-01-10","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.promise","source":"invited","subject":"pledge","version":3}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:48.522058+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"pledge","on":"2025-01-01","organization":"east","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","state":"invited","stream":{"cycle":"2025","jurisdiction":"t","promisor":"bo","venue":""},"track":"member","version":1}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 2, 'recorded', 'promise', '2025-01-10', '2026-11-26 01:36:48.522058+00', '{"actor":"bo","capacity":"promisor","command":"promise","early":[],"entered_by":null,"fields":{},"kind":"recorded","late":[],"leaned_on":[],"means":"publication","occurred_on":"2025-01-10","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.promise","signatories":{},"subject":"pledge","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 3, 'moved', '', '2025-01-10', '2026-11-26 01:36:48.522058+00', '{"cause":2,"dest":"promised","kind":"moved","on":"2025-01-10","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.promise","source":"invited","subject":"pledge","version":3}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:48.544287+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"pledge","on":"2025-01-01","organization":"east","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","state":"invited","stream":{"cycle":"2025","jurisdiction":"t","promisor":"cai","venue":""},"track":"member","version":1}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 2, 'recorded', 'promise', '2025-01-10', '2026-11-26 01:36:48.544287+00', '{"actor":"cai","capacity":"promisor","command":"promise","early":[],"entered_by":null,"fields":{},"kind":"recorded","late":[],"leaned_on":[],"means":"publication","occurred_on":"2025-01-10","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.promise","signatories":{},"subject":"pledge","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 3, 'moved', '', '2025-01-10', '2026-11-26 01:36:48.544287+00', '{"cause":2,"dest":"promised","kind":"moved","on":"2025-01-10","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.promise","source":"invited","subject":"pledge","version":3}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'year', 2, 'recorded', 'hold_rating', '2025-06-01', '2026-11-26 01:36:48.560795+00', '{"actor":"an","capacity":"secretary","command":"hold_rating","early":[],"entered_by":null,"fields":{"results":{"map":{"an":"good","bo":"good","cai":"good"}}},"kind":"recorded","late":[],"leaned_on":[],"means":"meeting","occurred_on":"2025-06-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.year.transitions.hold_rating","signatories":{},"subject":"year","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 4, 'recorded', 'rate', '2025-06-01', '2026-11-26 01:36:48.622411+00', '{"actor":"an","capacity":"reaction","command":"rate","early":[],"entered_by":null,"fields":{"result":"good"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-06-01","fact":"reactions.results_to_pledges","source":"t/2025/east@year","version":2}],"means":"evaluation","occurred_on":"2025-06-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.rate","signatories":{},"subject":"pledge","version":4}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 4, 'recorded', 'rate', '2025-06-01', '2026-11-26 01:36:48.642941+00', '{"actor":"an","capacity":"reaction","command":"rate","early":[],"entered_by":null,"fields":{"result":"good"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-06-01","fact":"reactions.results_to_pledges","source":"t/2025/east@year","version":2}],"means":"evaluation","occurred_on":"2025-06-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.rate","signatories":{},"subject":"pledge","version":4}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 4, 'recorded', 'rate', '2025-06-01', '2026-11-26 01:36:48.658248+00', '{"actor":"an","capacity":"reaction","command":"rate","early":[],"entered_by":null,"fields":{"result":"good"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-06-01","fact":"reactions.results_to_pledges","source":"t/2025/east@year","version":2}],"means":"evaluation","occurred_on":"2025-06-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.rate","signatories":{},"subject":"pledge","version":4}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 5, 'recorded', 'grade', '2025-07-01', '2026-11-26 01:36:48.68046+00', '{"actor":"bo","capacity":"secretary","command":"grade","early":[],"entered_by":null,"fields":{"tier":"good"},"kind":"recorded","late":[],"leaned_on":[],"means":"grade","occurred_on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.grade","signatories":{},"subject":"pledge","version":5}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 6, 'moved', '', '2025-07-01', '2026-11-26 01:36:48.68046+00', '{"cause":5,"dest":"graded","kind":"moved","on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.grade","source":"promised","subject":"pledge","version":6}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 7, 'graded', '', '2025-07-01', '2026-11-26 01:36:48.68046+00', '{"before":null,"cause":5,"confirmed":true,"kind":"graded","on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"evaluation.grade","tier":"good","version":7}');
INSERT INTO public.events VALUES ('t', '2025', 'an', '', 8, 'outcome', '', '2025-07-01', '2026-11-26 01:36:48.68046+00', '{"award":"eligible","calls_for":{},"cause":5,"kind":"outcome","number":1,"on":"2025-07-01","outcome":"eligible","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"outcomes.eligible","subject":"pledge","version":8}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 5, 'recorded', 'grade', '2025-07-01', '2026-11-26 01:36:48.696601+00', '{"actor":"an","capacity":"secretary","command":"grade","early":[],"entered_by":null,"fields":{"tier":"good"},"kind":"recorded","late":[],"leaned_on":[],"means":"grade","occurred_on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.grade","signatories":{},"subject":"pledge","version":5}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 6, 'moved', '', '2025-07-01', '2026-11-26 01:36:48.696601+00', '{"cause":5,"dest":"graded","kind":"moved","on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.grade","source":"promised","subject":"pledge","version":6}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 7, 'graded', '', '2025-07-01', '2026-11-26 01:36:48.696601+00', '{"before":null,"cause":5,"confirmed":true,"kind":"graded","on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"evaluation.grade","tier":"good","version":7}');
INSERT INTO public.events VALUES ('t', '2025', 'bo', '', 8, 'outcome', '', '2025-07-01', '2026-11-26 01:36:48.696601+00', '{"award":"eligible","calls_for":{},"cause":5,"kind":"outcome","number":1,"on":"2025-07-01","outcome":"eligible","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"outcomes.eligible","subject":"pledge","version":8}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 5, 'recorded', 'grade', '2025-07-01', '2026-11-26 01:36:48.712969+00', '{"actor":"an","capacity":"secretary","command":"grade","early":[],"entered_by":null,"fields":{"tier":"good"},"kind":"recorded","late":[],"leaned_on":[],"means":"grade","occurred_on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.grade","signatories":{},"subject":"pledge","version":5}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 6, 'moved', '', '2025-07-01', '2026-11-26 01:36:48.712969+00', '{"cause":5,"dest":"graded","kind":"moved","on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.pledge.transitions.grade","source":"promised","subject":"pledge","version":6}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 7, 'graded', '', '2025-07-01', '2026-11-26 01:36:48.712969+00', '{"before":null,"cause":5,"confirmed":true,"kind":"graded","on":"2025-07-01","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"evaluation.grade","tier":"good","version":7}');
INSERT INTO public.events VALUES ('t', '2025', 'cai', '', 8, 'outcome', '', '2025-07-01', '2026-11-26 01:36:48.712969+00', '{"award":"eligible","calls_for":{},"cause":5,"kind":"outcome","number":1,"on":"2025-07-01","outcome":"eligible","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"outcomes.eligible","subject":"pledge","version":8}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:48.740934+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"selection","on":"2025-01-01","organization":"east","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","state":"open","stream":{"cycle":"2025","jurisdiction":"t","promisor":"east","venue":"selection"},"track":"branch_selection","version":1}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 2, 'recorded', 'nominate', '2025-07-02', '2026-11-26 01:36:48.740934+00', '{"actor":"an","capacity":"secretary","command":"nominate","early":[],"entered_by":null,"fields":{"candidate":"bo"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-07-02","fact":"lifecycles.selection.transitions.nominate.guards.eligible","source":"t/2025/bo","version":8},{"as_of":"2025-07-02","fact":"lifecycles.selection.transitions.nominate.guards.rated","source":"t/2025/east@year","version":2}],"means":"nomination","occurred_on":"2025-07-02","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.selection.transitions.nominate","signatories":{},"subject":"selection","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 3, 'added', '', '2025-07-02', '2026-11-26 01:36:48.740934+00', '{"cause":2,"content":{"candidate":"bo"},"kind":"added","lifecycle":"candidacy","of":"selection","on":"2025-07-02","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.selection.transitions.nominate","state":"nominated","subject":"candidacy/1","version":3}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 4, 'recorded', 'put_forward', '2025-07-03', '2026-11-26 01:36:48.760094+00', '{"actor":"an","capacity":"secretary","command":"put_forward","early":[],"entered_by":null,"fields":{"candidacy":"candidacy/1"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-07-03","fact":"lifecycles.candidacy.transitions.put_forward.guards.still_eligible","source":"t/2025/bo","version":8}],"means":"nomination","occurred_on":"2025-07-03","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.candidacy.transitions.put_forward","signatories":{},"subject":"candidacy/1","version":4}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 5, 'moved', '', '2025-07-03', '2026-11-26 01:36:48.760094+00', '{"cause":4,"dest":"forwarded","kind":"moved","on":"2025-07-03","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.candidacy.transitions.put_forward","source":"nominated","subject":"candidacy/1","version":5}');
INSERT INTO public.events VALUES ('t', '2025', 'hill', 'selection', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:48.773847+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"selection","on":"2025-01-01","organization":"hill","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","state":"open","stream":{"cycle":"2025","jurisdiction":"t","promisor":"hill","venue":"selection"},"track":"town_selection","version":1}');
INSERT INTO public.events VALUES ('t', '2025', 'hill', 'selection', 2, 'recorded', 'receive', '2025-07-03', '2026-11-26 01:36:48.773847+00', '{"actor":"an","capacity":"reaction","command":"receive","early":[],"entered_by":null,"fields":{"branch":"east","candidate":"bo"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-07-03","fact":"reactions.to_the_town","source":"t/2025/east@selection","version":5}],"means":"nomination","occurred_on":"2025-07-03","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.selection.transitions.receive","signatories":{},"subject":"selection","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'hill', 'selection', 3, 'added', '', '2025-07-03', '2026-11-26 01:36:48.773847+00', '{"cause":2,"content":{"branch":"east","candidate":"bo"},"kind":"added","lifecycle":"candidacy","of":"selection","on":"2025-07-03","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.selection.transitions.receive","state":"standing","subject":"candidacy/1","version":3}');
INSERT INTO public.events VALUES ('t', '2025', 'hill', 'selection', 4, 'recorded', 'object', '2025-07-06', '2026-11-26 01:36:48.792229+00', '{"actor":"mayor","capacity":"secretary","command":"object","early":[],"entered_by":null,"fields":{"candidacy":"candidacy/1","what":{"text":"b2300955637dd059ef77daab264ebbb6a1910e4a5746224a5262e77ef11dc6b4"}},"kind":"recorded","late":[],"leaned_on":[],"means":"objection","occurred_on":"2025-07-06","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.candidacy.transitions.object","signatories":{},"subject":"candidacy/1","version":4}');
INSERT INTO public.events VALUES ('t', '2025', 'hill', 'selection', 5, 'recorded', 'object', '2025-07-07', '2026-11-26 01:36:48.804001+00', '{"actor":"mayor","capacity":"secretary","command":"object","early":[],"entered_by":null,"fields":{"candidacy":"candidacy/1","what":{"text":"4050fea92b41b43686e1704f2fda851a92eaf184c332e46831db815363c0a239"}},"kind":"recorded","late":[],"leaned_on":[],"means":"objection","occurred_on":"2025-07-07","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.candidacy.transitions.object","signatories":{},"subject":"candidacy/1","version":5}');
INSERT INTO public.events VALUES ('town', '2025', 'wang', '', 1, 'opened', '', '2025-01-01', '2026-11-26 01:36:49.058086+00', '{"cycle":{"id":"2025","ordinal":1,"starts":"2025-01-01"},"kind":"opened","lifecycle":"pledge","on":"2025-01-01","organization":"branch","policy":"1e5ea02c5f4aa39016ba5a55b2e096fce579e86710eab2bef1d6d6b379f5af8b","state":"open","stream":{"cycle":"2025","jurisdiction":"town","promisor":"wang","venue":""},"track":"member","version":1}');
INSERT INTO public.events VALUES ('town', '2025', 'wang', '', 2, 'recorded', 'vote', '2025-03-12', '2026-11-26 01:36:49.058086+00', '{"actor":"li","capacity":"secretary","command":"vote","early":[],"entered_by":null,"fields":{"entitled":13,"present":8,"votes":{"map":{"fair":0,"good":8,"poor":0}}},"kind":"recorded","late":[],"leaned_on":[],"means":"ballot","occurred_on":"2025-03-12","policy":"1e5ea02c5f4aa39016ba5a55b2e096fce579e86710eab2bef1d6d6b379f5af8b","rule":"lifecycles.pledge.transitions.vote","signatories":{},"subject":"pledge","version":2}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 6, 'recorded', 'nominate', '2025-07-08', '2026-11-26 01:36:49.074167+00', '{"actor":"an","capacity":"secretary","command":"nominate","early":[],"entered_by":null,"fields":{"candidate":"cai"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-07-08","fact":"lifecycles.selection.transitions.nominate.guards.eligible","source":"t/2025/cai","version":8},{"as_of":"2025-07-08","fact":"lifecycles.selection.transitions.nominate.guards.rated","source":"t/2025/east@year","version":2}],"means":"nomination","occurred_on":"2025-07-08","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.selection.transitions.nominate","signatories":{},"subject":"selection","version":6}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 7, 'added', '', '2025-07-08', '2026-11-26 01:36:49.074167+00', '{"cause":6,"content":{"candidate":"cai"},"kind":"added","lifecycle":"candidacy","of":"selection","on":"2025-07-08","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.selection.transitions.nominate","state":"nominated","subject":"candidacy/2","version":7}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 8, 'recorded', 'put_forward', '2025-07-08', '2026-11-26 01:36:49.09054+00', '{"actor":"an","capacity":"secretary","command":"put_forward","early":[],"entered_by":null,"fields":{"candidacy":"candidacy/2"},"kind":"recorded","late":[],"leaned_on":[{"as_of":"2025-07-08","fact":"lifecycles.candidacy.transitions.put_forward.guards.still_eligible","source":"t/2025/cai","version":8}],"means":"nomination","occurred_on":"2025-07-08","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.candidacy.transitions.put_forward","signatories":{},"subject":"candidacy/2","version":8}');
INSERT INTO public.events VALUES ('t', '2025', 'east', 'selection', 9, 'moved', '', '2025-07-08', '2026-11-26 01:36:49.09054+00', '{"cause":8,"dest":"forwarded","kind":"moved","on":"2025-07-08","policy":"2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83","rule":"lifecycles.candidacy.transitions.put_forward","source":"nominated","subject":"candidacy/2","version":9}');
INSERT INTO public.memberships VALUES ('t', 0, 'mayor', 'hill', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('t', 1, 'an', 'east', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('t', 2, 'bo', 'east', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('t', 3, 'cai', 'east', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 0, 'wang', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 1, 'li', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 2, 'p00', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 3, 'p01', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 4, 'p02', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 5, 'p03', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 6, 'p04', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 7, 'p05', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 8, 'p06', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 9, 'p07', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 10, 'p08', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 11, 'p09', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 12, 'p10', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 13, 'p11', 'branch', '', NULL, NULL);
INSERT INTO public.memberships VALUES ('town', 14, 'zhao', 'office', '', NULL, NULL);
INSERT INTO public.organizations VALUES ('t', 0, 'hill', 'town', '', NULL, '[]');
INSERT INTO public.organizations VALUES ('t', 1, 'east', 'branch', '', 'hill', '[]');
INSERT INTO public.organizations VALUES ('town', 0, 'branch', 'branch', '', 'office', '[]');
INSERT INTO public.organizations VALUES ('town', 1, 'office', 'office', '', NULL, '[]');
INSERT INTO public.pending VALUES ('t', '2025', 'east', 'selection', 9, 7);
INSERT INTO public.people VALUES ('t', 0, 'mayor', '', '[]', NULL, NULL);
INSERT INTO public.people VALUES ('t', 1, 'an', '安宁', '["member"]', NULL, NULL);
INSERT INTO public.people VALUES ('t', 2, 'bo', '', '["member"]', NULL, NULL);
INSERT INTO public.people VALUES ('t', 3, 'cai', '', '["member"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 0, 'wang', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 1, 'li', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 2, 'p00', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 3, 'p01', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 4, 'p02', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 5, 'p03', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 6, 'p04', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 7, 'p05', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 8, 'p06', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 9, 'p07', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 10, 'p08', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 11, 'p09', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 12, 'p10', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 13, 'p11', '', '["in_service"]', NULL, NULL);
INSERT INTO public.people VALUES ('town', 14, 'zhao', '', '[]', NULL, NULL);
INSERT INTO public.pledgeflow VALUES (3);
INSERT INTO public.pledges VALUES ('t', '2025', 'east', 'year', 'branch_year', 'east', 'running', 2, '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', '2025-01-01', '["branch"]', '{"meeting":"2025-06-01"}', '{}', NULL, '[]', '[]');
INSERT INTO public.pledges VALUES ('t', '2025', 'an', '', 'member', 'east', 'graded', 8, '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', '2025-07-01', '["member"]', '{"evaluation":"2025-06-01","grade":"2025-07-01","publication":"2025-01-10"}', '{}', 'good', '["eligible"]', '["eligible"]');
INSERT INTO public.pledges VALUES ('t', '2025', 'bo', '', 'member', 'east', 'graded', 8, '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', '2025-07-01', '["member"]', '{"evaluation":"2025-06-01","grade":"2025-07-01","publication":"2025-01-10"}', '{}', 'good', '["eligible"]', '["eligible"]');
INSERT INTO public.pledges VALUES ('t', '2025', 'cai', '', 'member', 'east', 'graded', 8, '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', '2025-07-01', '["member"]', '{"evaluation":"2025-06-01","grade":"2025-07-01","publication":"2025-01-10"}', '{}', 'good', '["eligible"]', '["eligible"]');
INSERT INTO public.pledges VALUES ('t', '2025', 'hill', 'selection', 'town_selection', 'hill', 'open', 5, '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', '2025-01-01', '["town"]', '{"nomination":"2025-07-03","objection":"2025-07-06"}', '{"candidacy/standing":1}', NULL, '[]', '[]');
INSERT INTO public.pledges VALUES ('town', '2025', 'wang', '', 'member', 'branch', 'open', 2, '1e5ea02c5f4aa39016ba5a55b2e096fce579e86710eab2bef1d6d6b379f5af8b', '2025-01-01', '["in_service"]', '{"ballot":"2025-03-12"}', '{}', NULL, '[]', '[]');
INSERT INTO public.pledges VALUES ('t', '2025', 'east', 'selection', 'branch_selection', 'east', 'open', 9, '2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', '2025-01-01', '["branch"]', '{"nomination":"2025-07-02"}', '{"candidacy/forwarded":2}', NULL, '[]', '[]');
INSERT INTO public.policies VALUES ('2c22c3dacacb7c9ddb2d01d3a9e994b7a23d0e31502f5c500d12ae5ae2970d83', 'town', '{"policy":"town","title":{"zh":"镇","en":"town"},"cycle":{"every":"P1Y","starts":"01-01","assumed":{"zh":"按年","en":"a year"}},"kinds":{"member":{"zh":"党员","en":"member"},"branch":{"zh":"支部","en":"branch"},"town":{"zh":"镇","en":"town"}},"posts":{"secretary":{"zh":"书记","en":"secretary"},"deputy":{"zh":"副书记","en":"deputy"}},"roles":{"secretary":{"label":{"zh":"书记","en":"secretary"},"person":{"post":{"secretary":true},"of":"own"},"otherwise":"deputy","cite":"T-01"},"deputy":{"label":{"zh":"副书记","en":"deputy"},"person":{"post":{"deputy":true},"of":"own"},"otherwise":"superior","cite":"T-01"},"superior":{"label":{"zh":"上级","en":"superior"},"organization":{"at":"superior"},"chaired_by":{"secretary":true,"deputy":true},"cite":"T-01"}},"tracks":{"member":{"label":{"zh":"党员承诺","en":"member"},"match":{"person":{"member":true}},"cite":"T-01"},"branch_year":{"label":{"zh":"支部年度工作","en":"year of the branch"},"aggregate":"year","match":{"organization":{"branch":true}},"cite":"T-01","rules":{"commands":{"hold_rating":{"means":"meeting","label":{"zh":"召开互评会","en":"hold the rating meeting"},"fields":{"results":{"type":"results","label":{"zh":"互评结果","en":"results"},"choices":{"good":{"zh":"好","en":"good"},"poor":{"zh":"差","en":"poor"}},"cite":"T-01"}}},"close_year":{"means":"account","label":{"zh":"年终总结","en":"close the year"}}},"lifecycles":{"year":{"label":{"zh":"年度工作","en":"year"},"initial":"running","final":{"closed":true},"states":{"running":{"zh":"进行中","en":"running"},"closed":{"zh":"已总结","en":"closed"}},"transitions":{"hold_rating":{"source":"running","stays":true,"by":"secretary","cite":"T-01"},"close_year":{"source":"running","dest":"closed","by":"secretary","cite":"T-01"}}}},"reactions":{"results_to_pledges":{"label":{"zh":"互评结果记入各人承诺","en":"the results go into each one''s pledge"},"when":{"command":"hold_rating"},"whose":"results","do":"rate","fields":{"result":{"what":"result"}},"cite":"T-01"}}}},"branch_selection":{"label":{"zh":"支部推荐","en":"selection of the branch"},"aggregate":"selection","match":{"organization":{"branch":true}},"cite":"T-01","rules":{"commands":{"nominate":{"means":"nomination","label":{"zh":"推荐","en":"nominate"},"fields":{"candidate":{"type":"person","label":{"zh":"人选","en":"candidate"}}}},"put_forward":{"means":"nomination","label":{"zh":"上报","en":"put forward"},"fields":{"candidacy":"candidacy"}},"drop":{"means":"withdrawal","label":{"zh":"取消资格","en":"drop a candidate"},"fields":{"candidacy":"candidacy"}},"end_selection":{"means":"announcement","label":{"zh":"结束推荐","en":"end the selection"}}},"lifecycles":{"selection":{"label":{"zh":"推荐","en":"selection"},"initial":"open","final":{"ended":true},"states":{"open":{"zh":"进行中","en":"open"},"ended":{"zh":"已结束","en":"ended"}},"transitions":{"nominate":{"source":"open","stays":true,"by":"secretary","adds":"candidacy","guards":{"eligible":{"is":"elsewhere","whose":"candidate","guards":{"may":{"is":"award","standing":"eligible"}},"label":{"zh":"具有评选资格","en":"eligible for awards"},"cite":"T-01"},"rated":{"is":"elsewhere","in":"year","whose":"own","guards":{"met":{"is":"preceded_by","command":"hold_rating"}},"cite":"T-01"},"not_oneself":{"is":"someone_else","field":"candidate","cite":"T-01"}},"cite":"T-01"},"end_selection":{"source":"open","dest":"ended","by":"secretary","cite":"T-01"}}},"candidacy":{"label":{"zh":"人选","en":"candidacy"},"of":"selection","initial":"nominated","final":{"forwarded":true,"dropped":true},"states":{"nominated":{"zh":"已推荐","en":"nominated"},"forwarded":{"zh":"已上报","en":"put forward"},"dropped":{"zh":"已取消","en":"dropped"}},"transitions":{"put_forward":{"source":"nominated","dest":"forwarded","by":"secretary","guards":{"still_eligible":{"is":"elsewhere","whose":"candidate","guards":{"may":{"is":"award","standing":"eligible"}},"cite":"T-01"}},"cite":"T-01"},"drop":{"source":{"nominated":true,"forwarded":true},"dest":"dropped","by":{"secretary":true,"reaction":true},"cite":"T-01"}}}},"reactions":{"to_the_town":{"label":{"zh":"上报镇评选","en":"goes into the town''s selection"},"when":{"state":"forwarded"},"in":"selection","whose":"superior","do":"receive","fields":{"candidate":"candidate","branch":{"what":"organization"}},"cite":"T-01"}}}},"town_selection":{"label":{"zh":"镇评选","en":"selection of the town"},"aggregate":"selection","match":{"organization":{"town":true}},"cite":"T-01","rules":{"commands":{"announce":{"means":"opening","label":{"zh":"公布名额","en":"announce the places"},"fields":{"places":{"type":"integer","label":{"zh":"名额","en":"places"}}}},"receive":{"means":"nomination","label":{"zh":"接收人选","en":"receive a candidate"},"fields":{"candidate":{"type":"person","label":{"zh":"人选","en":"candidate"}},"branch":{"type":"organization","label":{"zh":"支部","en":"branch"}}}},"give_notice":{"means":"notice","label":{"zh":"公示","en":"give public notice"}},"object":{"means":"objection","label":{"zh":"提出异议","en":"object"},"fields":{"candidacy":"candidacy","what":{"type":"text","label":{"zh":"异议内容","en":"what is objected"}}}},"confer":{"means":"award","label":{"zh":"授予","en":"confer the award"},"fields":{"candidacy":"candidacy"}},"drop":{"means":"withdrawal","label":{"zh":"取消资格","en":"drop a candidate"},"fields":{"candidacy":"candidacy"}},"end_selection":{"means":"announcement","label":{"zh":"结束评选","en":"end the selection"}}},"lifecycles":{"selection":{"label":{"zh":"评选","en":"selection"},"initial":"open","final":{"ended":true},"states":{"open":{"zh":"进行中","en":"open"},"noticed":{"zh":"公示中","en":"under notice"},"ended":{"zh":"已结束","en":"ended"}},"transitions":{"announce":{"source":"open","stays":true,"by":"secretary","amends":"selection","cite":"T-01"},"receive":{"source":"open","stays":true,"by":"reaction","adds":"candidacy","cite":"T-01"},"give_notice":{"source":"open","dest":"noticed","by":"secretary","guards":{"choice":{"is":"items","of":"candidacy","in":{"standing":true},"more_than":"places","label":{"zh":"差额公示","en":"more candidates than places"},"cite":"T-01"}},"cite":"T-01"},"end_selection":{"source":"noticed","dest":"ended","by":"secretary","cite":"T-01"}}},"candidacy":{"label":{"zh":"人选","en":"candidacy"},"of":"selection","initial":"standing","final":{"awarded":true,"dropped":true},"states":{"standing":{"zh":"候选","en":"standing"},"awarded":{"zh":"已授予","en":"awarded"},"dropped":{"zh":"已取消","en":"dropped"}},"transitions":{"object":{"source":"standing","stays":true,"by":{"secretary":true,"deputy":true},"cite":"T-01"},"confer":{"source":"standing","dest":"awarded","by":"secretary","while":{"selection":{"noticed":true}},"guards":{"notice_stood":{"is":"preceded_by","command":"give_notice","ago":"P7D","label":{"zh":"公示满七日","en":"the notice has stood for seven days"},"cite":"T-01"},"places_left":{"is":"items","of":"candidacy","in":{"awarded":true},"fewer_than":"places","label":{"zh":"不超过名额","en":"there is a place left"},"cite":"T-01"},"still_eligible":{"is":"elsewhere","whose":"candidate","guards":{"may":{"is":"award","standing":"eligible"}},"cite":"T-01"},"not_oneself":{"is":"someone_else","field":"candidate","cite":"T-01"}},"cite":"T-01"},"drop":{"source":"standing","dest":"dropped","by":{"secretary":true,"reaction":true},"cite":"T-01"}}}}}},"branch_filing":{"label":{"zh":"支部办法备案","en":"filing of the branch''s policy"},"aggregate":"filing","match":{"organization":{"branch":true}},"cite":"T-01","rules":{"commands":{"draft":{"means":"document","label":{"zh":"制定办法","en":"draft the policy"},"fields":{"rules":{"type":"policy","label":{"zh":"办法","en":"policy"}},"holds_from":{"type":"date","label":{"zh":"施行日期","en":"in force from"},"required":false}}},"file":{"means":"filing","label":{"zh":"报送备案","en":"file the policy"}},"send_back":{"means":"return","label":{"zh":"退回","en":"send it back"},"fields":{"advice":{"type":"text","label":{"zh":"意见","en":"advice"}}}},"approve":{"means":"approval","label":{"zh":"批准","en":"approve it"}},"take_back":{"means":"withdrawal","label":{"zh":"废止","en":"take it back"}}},"lifecycles":{"filing":{"label":{"zh":"备案","en":"filing"},"initial":"due","final":{"gone":true},"states":{"due":{"zh":"待制定","en":"to be drafted"},"drafted":{"zh":"已制定","en":"drafted"},"filed":{"zh":"已报送","en":"filed"},"approved":{"zh":"已批准","en":"approved"},"gone":{"zh":"已废止","en":"taken back"}},"transitions":{"draft":{"source":{"due":true,"drafted":true,"approved":true},"dest":"drafted","by":"secretary","cite":"T-01"},"file":{"source":"drafted","dest":"filed","by":{"all_of":{"secretary":true,"deputy":true}},"cite":"T-01"},"send_back":{"source":"filed","dest":"drafted","by":"superior","cite":"T-01"},"approve":{"source":"filed","dest":"approved","by":"superior","cite":"T-01"},"take_back":{"source":{"drafted":true,"filed":true,"approved":true},"dest":"gone","by":"superior","cite":"T-01"}}}}}}},"commands":{"promise":{"means":"publication","label":{"zh":"公开承诺","en":"promise"}},"rate":{"means":"evaluation","label":{"zh":"互评","en":"rate"},"fields":{"result":{"type":"choice","label":{"zh":"结果","en":"result"},"choices":{"good":{"zh":"好","en":"good"},"poor":{"zh":"差","en":"poor"}},"cite":"T-01"}}},"grade":{"means":"grade","label":{"zh":"评定","en":"grade"},"fields":{"tier":{"type":"tier","label":{"zh":"等次","en":"tier"}}}},"reopen":{"means":"return","label":{"zh":"重新评定","en":"reopen"}}},"lifecycles":{"pledge":{"label":{"zh":"承诺","en":"pledge"},"initial":"invited","final":{"graded":true},"states":{"invited":{"zh":"待承诺","en":"invited"},"promised":{"zh":"已承诺","en":"promised"},"graded":{"zh":"已评定","en":"graded"}},"transitions":{"promise":{"source":"invited","dest":"promised","by":"promisor","cite":"T-01"},"rate":{"source":"promised","stays":true,"by":"reaction","cite":"T-01"},"grade":{"source":"promised","dest":"graded","by":"secretary","guards":{"rated":{"is":"preceded_by","command":"rate","cite":"T-01"}},"cite":"T-01"},"reopen":{"source":"graded","dest":"promised","by":"superior","cite":"T-01"}}}},"evaluation":{"tiers":{"good":{"zh":"好","en":"good"},"poor":{"zh":"差","en":"poor"}},"grade":{"command":"grade","cite":"T-01"},"cite":"T-01"},"outcomes":{"eligible":{"label":{"zh":"可参评","en":"eligible"},"when":{"tier":"good"},"award":"eligible","cite":"T-01"},"barred":{"label":{"zh":"不得参评","en":"barred"},"when":{"tier":"poor"},"award":"barred","cite":"T-01"}},"reactions":{"dropped_by_branch":{"label":{"zh":"被评为差的取消推荐","en":"who is graded poor is no candidate of the branch any more"},"when":{"tier":"poor"},"in":"selection","whose":"own","do":"drop","fields":{"candidacy":{"item":{"of":"candidacy","by":"candidate"}}},"cite":"T-01"},"dropped_by_town":{"label":{"zh":"被评为差的取消参评","en":"who is graded poor is no candidate of the town any more"},"when":{"tier":"poor"},"in":"selection","whose":"superior","do":"drop","fields":{"candidacy":{"item":{"of":"candidacy","by":"candidate"}}},"cite":"T-01"}}}', '0.1.0');
INSERT INTO public.policies VALUES ('1e5ea02c5f4aa39016ba5a55b2e096fce579e86710eab2bef1d6d6b379f5af8b', 'tiny', '{"policy":"tiny","late_entry":{"within":"P10D","cite":"T-1"},"cycle":{"every":"P1Y","starts":"01-01","assumed":"a year"},"tracks":{"member":{"label":{"zh":"员","en":"member"},"match":{"person":{"in_service":true}},"cite":"T-1"}},"roles":{"colleague":{"label":{"zh":"同事","en":"colleague"},"person":{"member_of":"own"},"cite":"T-1"},"secretary":{"label":{"zh":"书记","en":"secretary"},"person":{"post":{"secretary":true},"of":"own"},"otherwise":"above","cite":"T-1"},"above":{"label":{"zh":"上级","en":"above"},"organization":{"at":"superior"},"chaired_by":{"secretary":true},"assumed":"somebody has to"}},"commands":{"propose":{"means":"proposal","label":{"zh":"提","en":"propose"},"fields":{"title":"text","due":{"type":"date","required":false}}},"revise":{"means":"revision","label":{"zh":"改","en":"revise"},"fields":{"item":"commitment","due":{"type":"date","required":false}}},"note":{"means":"record","label":{"zh":"记","en":"note"},"fields":{"said":{"type":"choice","required":false,"open":true}}},"vote":{"means":"ballot","label":{"zh":"测评","en":"vote"},"fields":{"votes":{"type":"tally","required":false},"present":"integer","entitled":"integer","place":{"type":"text","required":false}}},"elect":{"means":"vote","label":{"zh":"选举","en":"elect"},"fields":{"ayes":{"type":"tally","of":"commitment","required":false},"chosen":{"type":"choices","open":true,"required":false}}},"grade":{"means":"grade","label":{"zh":"评定","en":"grade"},"fields":{"tier":{"type":"tier"}}},"submit":{"means":"submission","label":{"zh":"交","en":"submit"},"fields":{}},"do":{"means":"report","label":{"zh":"做","en":"do"},"fields":{"item":"commitment"}}},"lifecycles":{"pledge":{"label":{"zh":"诺","en":"pledge"},"initial":"open","final":{"closed":true},"states":{"open":{"zh":"开","en":"open"},"closed":{"zh":"关","en":"closed"}},"transitions":{"propose":{"source":"open","stays":true,"by":"promisor","adds":"commitment","cite":"T-1"},"note":{"source":{"open":true,"closed":true},"stays":true,"by":{"promisor":true,"secretary":true},"cite":"T-1"},"vote":{"source":"open","stays":true,"by":"secretary","guards":{"enough":{"is":"tally","field":"votes","at_least":1,"present":"present","of":"entitled","share":"1/2","cite":"T-2"}},"cite":"T-2"},"elect":{"source":"open","stays":true,"by":{"secretary":true,"above":true},"cite":"T-2"},"grade":{"source":"open","stays":true,"by":"above","cite":"T-2"},"submit":{"source":"open","dest":"closed","by":"promisor","guards":{},"cite":"T-2"}}},"commitment":{"label":{"zh":"项","en":"item"},"of":"pledge","initial":"todo","final":{"done":true},"states":{"todo":{"zh":"待","en":"to do"},"done":{"zh":"毕","en":"done"}},"transitions":{"revise":{"source":"todo","stays":true,"by":"promisor","amends":"commitment","cite":"T-1"},"do":{"source":"todo","dest":"done","by":"promisor","guards":{},"cite":"T-3"}}}},"evaluation":{"tiers":{"good":{"zh":"好","en":"good"},"fair":{"zh":"中","en":"fair"},"poor":{"zh":"差","en":"poor"}},"grade":{"command":"grade","cite":"T-1"},"cite":"T-1"},"outcomes":{},"ballots":{"mutual":{"label":{"zh":"互评","en":"mutual evaluation"},"command":"vote","voters":{"roles":"colleague","listed":true},"excluded":"promisor","secrecy":"unlinkable","quorum":{"share":"1/2","cite":"T-2"},"closes_after":"P7D","small":3,"fills":{"turnout":"present","roll":"entitled"},"cite":"T-2"},"election":{"label":{"zh":"推选","en":"election"},"command":"elect","voters":{"roles":"colleague"},"choices":{"of":"commitment","in":"todo","marks":2},"secrecy":"open","places":{"number":2,"ties":"runoff"},"fills":{"tally":"ayes","elected":"chosen"},"cite":"T-3"}}}', '0.1.0');
INSERT INTO public.posts VALUES ('t', 0, 'hill', 'secretary', 'mayor', NULL, NULL);
INSERT INTO public.posts VALUES ('t', 1, 'east', 'secretary', 'an', NULL, NULL);
INSERT INTO public.posts VALUES ('t', 2, 'east', 'deputy', 'bo', NULL, NULL);
INSERT INTO public.posts VALUES ('town', 0, 'branch', 'secretary', 'li', NULL, NULL);
INSERT INTO public.posts VALUES ('town', 1, 'office', 'secretary', 'zhao', NULL, NULL);
INSERT INTO public.texts VALUES ('t', 'b2300955637dd059ef77daab264ebbb6a1910e4a5746224a5262e77ef11dc6b4', '98948176cf6187ccebffe39f78c2c33d', '名单上没有他的述职记录，"请"补交');
ALTER TABLE ONLY public.ballot_codes
    ADD CONSTRAINT ballot_codes_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, ballot, round, digest);
ALTER TABLE ONLY public.ballot_counts
    ADD CONSTRAINT ballot_counts_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, ballot, round, choice);
ALTER TABLE ONLY public.ballot_roll
    ADD CONSTRAINT ballot_roll_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, ballot, round, voter);
ALTER TABLE ONLY public.ballot_votes
    ADD CONSTRAINT ballot_votes_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, ballot, round, voter);
ALTER TABLE ONLY public.ballots
    ADD CONSTRAINT ballots_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, ballot, round);
ALTER TABLE ONLY public.cycles
    ADD CONSTRAINT cycles_pkey PRIMARY KEY (jurisdiction, cycle);
ALTER TABLE ONLY public.done
    ADD CONSTRAINT done_pkey PRIMARY KEY (jurisdiction, key);
ALTER TABLE ONLY public.due
    ADD CONSTRAINT due_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, kind, duty, subject, day);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, version);
ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (jurisdiction, "row");
ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (jurisdiction, "row");
ALTER TABLE ONLY public.pending
    ADD CONSTRAINT pending_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue, upto);
ALTER TABLE ONLY public.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (jurisdiction, "row");
ALTER TABLE ONLY public.pledgeflow
    ADD CONSTRAINT pledgeflow_pkey PRIMARY KEY (schema);
ALTER TABLE ONLY public.pledges
    ADD CONSTRAINT pledges_pkey PRIMARY KEY (jurisdiction, cycle, promisor, venue);
ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (digest);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (jurisdiction, "row");
ALTER TABLE ONLY public.relations
    ADD CONSTRAINT relations_pkey PRIMARY KEY (jurisdiction, "row");
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT texts_pkey PRIMARY KEY (jurisdiction, digest);
CREATE INDEX due_by_kind ON public.due USING btree (jurisdiction, kind, day, cycle, promisor, venue, duty, subject);
CREATE INDEX due_by_organization ON public.due USING btree (jurisdiction, organization, kind, day, cycle, promisor, venue, duty, subject);
CREATE INDEX memberships_by_organization ON public.memberships USING btree (jurisdiction, organization);
CREATE INDEX memberships_by_person ON public.memberships USING btree (jurisdiction, person);
CREATE INDEX organizations_by_organization ON public.organizations USING btree (jurisdiction, organization);
CREATE INDEX people_by_person ON public.people USING btree (jurisdiction, person);
CREATE INDEX posts_by_organization ON public.posts USING btree (jurisdiction, organization);
CREATE INDEX posts_by_person ON public.posts USING btree (jurisdiction, person);
CREATE INDEX relations_by_person ON public.relations USING btree (jurisdiction, person);
CREATE INDEX relations_by_target ON public.relations USING btree (jurisdiction, target);
