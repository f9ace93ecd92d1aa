-- The counters with these keys, by their index. A plan that is kept from a minute when hardly anything was counted reads the
-- whole table until the database looks at it again; to plan at each use costs more than to look the keys up.
CREATE FUNCTION throttle_counters(keys text[]) RETURNS SETOF throttle_counter LANGUAGE plpgsql STABLE
  SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY SELECT counter.* FROM throttle_counter AS counter WHERE counter.key = ANY(keys);
END $$;
