-- What a first run of a large directory fills is planned for as if it were empty until the database looks at it by itself, a
-- minute or more later. The role that serves owns no table and so may not ask for that; this asks in the owner's name.
CREATE FUNCTION analyze_directory() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  ANALYZE public.directory_entry, public.directory_member, public."user", public."group", public.group_member,
    public.group_nesting;
END $$;
REVOKE EXECUTE ON FUNCTION analyze_directory() FROM PUBLIC;
