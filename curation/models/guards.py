"""What the database refuses of pools, as triggers."""

import pgtrigger

POLICY_STAYS = [
    pgtrigger.Protect(
        name="frozen_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__state="frozen"),
    ),
    pgtrigger.Protect(
        name="applied_terms_stay",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state <> 'draft' AND (NEW.state = 'draft' OR (OLD.seed, OLD.eval_permille, OLD.digest)"
            " IS DISTINCT FROM (NEW.seed, NEW.eval_permille, NEW.digest))"
        ),
    ),
    pgtrigger.Protect(
        name="applied_kept",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition("OLD.state <> 'draft'"),
    ),
]
"""A policy that was applied keeps what its digest says; one that is frozen keeps everything."""

TERMS_STAY = pgtrigger.Trigger(
    name="applied_terms_stay",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
    func="""
        IF EXISTS (
            SELECT 1 FROM curation_poolpolicy WHERE id IN (NEW.policy_id, OLD.policy_id) AND state <> 'draft'
        ) THEN
            RAISE EXCEPTION 'an applied policy keeps its terms' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN coalesce(NEW, OLD);
    """,
)
"""The rules and shares of an applied policy stay."""

FROZEN_POOL_STAYS = pgtrigger.Trigger(
    name="frozen_pool_stays",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Condition(
        "OLD.policy_id IS NOT NULL AND (OLD.pool, OLD.policy_id) IS DISTINCT FROM (NEW.pool, NEW.policy_id)"
    ),
    func="""
        IF (SELECT state FROM curation_poolpolicy WHERE id = OLD.policy_id) = 'frozen' THEN
            RAISE EXCEPTION 'a frozen policy moves no family' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    """,
)
"""A family that a frozen policy placed never moves."""

CLUSTER_SHARES_A_POOL = pgtrigger.Trigger(
    name="cluster_shares_a_pool",
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update,
    timing=pgtrigger.Deferred,
    # Imports pay nothing: what comes in has no cluster. What no policy has placed yet may stand in a cluster,
    # since its neighbours will place it.
    condition=pgtrigger.Condition("NEW.cluster_id IS NOT NULL AND NEW.policy_id IS NOT NULL"),
    func="""
        IF (SELECT count(DISTINCT pool) FROM curation_family
            WHERE cluster_id = NEW.cluster_id AND policy_id IS NOT NULL) > 1 THEN
            RAISE EXCEPTION 'a cluster has one pool' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NULL;
    """,
)
"""Families of one cluster are never in two pools."""
