"""The one function by which the application may touch the journal: it blanks what the journal says of a person.

It runs with the rights of the schema's owner. All it does is blank values; who, when, what kind and why stay, no row
goes, and nothing happens unless an erasure was decided and waits. `core.roles` lets the application call it.
"""

SIGNATURE = (
    "clients_erase_history(bigint, text, text, text, text, text, bigint[], bigint[])"
)
# Before rows were asked for plain fragments first, and before namesakes kept their names.
FORMER = (
    "clients_erase_history(bigint, text, text, text)",
    "clients_erase_history(bigint, text, text, text, text)",
)

CREATE = r"""
CREATE OR REPLACE FUNCTION clients_erase_history(p_erasure bigint, p_sure text, p_near text, p_digits text, p_traces text,
    p_addresses text, p_other_contacts bigint[], p_other_clients bigint[])
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    v_contact bigint;
    v_client bigint;
    v_contacts bigint[];
    v_linked bigint[];
    v_guards text;
    v_before text := current_setting('pgtrigger.ignore', true);
    v_total bigint := 0;
    v_rows bigint;
    v_table text;
    v_texts text[];
    v_jsons text[];
    v_own text;
    v_near text;
    v_theirs text;
    v_haystack text;
    v_found text;
BEGIN
    SELECT contact_id, client_id INTO v_contact, v_client
        FROM public.clients_erasure WHERE id = p_erasure AND state = 'queued' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'No decided erasure % waits to be carried out.', p_erasure;
    END IF;
    IF '' ~* p_sure OR '' ~* p_near OR '' ~* p_digits OR '' ~* p_addresses OR ' ' ~* p_sure OR ' ' ~* p_near THEN
        RAISE EXCEPTION 'The patterns of an erasure must not match an empty text.';
    END IF;
    -- Cards that were joined into his are his too.
    WITH RECURSIVE his AS (
        SELECT v_contact AS id WHERE v_contact IS NOT NULL
        UNION SELECT m.loser_id FROM public.clients_contactmerge m JOIN his ON m.survivor_id = his.id WHERE m.undone_at IS NULL
    ) SELECT coalesce(array_agg(id), '{}') INTO v_contacts FROM his;
    IF v_client IS NOT NULL THEN
        v_linked := ARRAY[v_client];
    ELSE
        SELECT coalesce(array_agg(DISTINCT client_id), '{}') INTO v_linked FROM (
            SELECT client_id FROM public.clients_contactlink WHERE contact_id = ANY(v_contacts)
            UNION SELECT client_id FROM public.clients_contactlinkevent WHERE contact_id = ANY(v_contacts)
            UNION SELECT client_id FROM public.clients_activity WHERE contact_id = ANY(v_contacts)
        ) found WHERE client_id IS NOT NULL;
    END IF;

    -- The journal's guards refuse everybody. Here, and only for the length of this call, they step aside.
    SELECT array_agg(DISTINCT tgname::text)::text INTO v_guards FROM pg_trigger
        WHERE tgname LIKE 'pgtrigger_append_only_%' OR tgname LIKE 'pgtrigger_consent_is_final_%';
    PERFORM set_config('pgtrigger.ignore', v_guards, true);

    FOR v_table IN
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind = 'r' AND (
            (c.relname LIKE 'clients\_%event' AND EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'pgh_obj_id' AND NOT a.attisdropped))
            OR c.relname IN ('clients_relationshipmove', 'clients_consent', 'audit_journalentry', 'deals_dealevent'))
        ORDER BY c.relname
    LOOP
        SELECT array_agg(quote_ident(attname)) FILTER (WHERE format_type(atttypid, NULL) IN ('text', 'character varying')),
               array_agg(quote_ident(attname)) FILTER (WHERE format_type(atttypid, NULL) IN ('jsonb', 'json'))
            INTO v_texts, v_jsons
            FROM pg_attribute
            WHERE attrelid = format('public.%I', v_table)::regclass AND attnum > 0 AND NOT attisdropped
                AND attname NOT LIKE 'pgh\_%'
                AND NOT (v_table = 'audit_journalentry' AND attname IN ('verb', 'subject_type', 'deed'))
                AND NOT (v_table = 'clients_consent' AND attname NOT IN ('place', 'file', 'file_name'));
        v_texts := coalesce(v_texts, '{}');
        v_jsons := coalesce(v_jsons, '{}');

        -- Whose rows: the person's own, and those of the firms he was of.
        v_own := NULL;
        v_near := NULL;
        v_theirs := 'false';
        IF v_table = 'clients_contactevent' THEN
            v_own := CASE WHEN v_contact IS NOT NULL THEN format('pgh_obj_id = ANY(%L::bigint[])', v_contacts) END;
            v_theirs := format('pgh_obj_id = ANY(%L::bigint[])', p_other_contacts);
        ELSIF v_table = 'clients_clientevent' THEN
            v_own := CASE WHEN v_client IS NOT NULL THEN format('pgh_obj_id = %s', v_client) END;
            v_near := format('pgh_obj_id = ANY(%L::bigint[])', v_linked);
            v_theirs := format('pgh_obj_id = ANY(%L::bigint[])', p_other_clients);
        ELSIF v_table = 'audit_journalentry' THEN
            v_near := format(
                '(subject_type = ''client'' AND subject_id = ANY(%1$L::bigint[]) OR subject_type = ''contact'' AND subject_id = ANY(%2$L::bigint[])'
                ' OR subject_type = ''deal'' AND subject_id IN (SELECT id FROM public.deals_deal WHERE client_id = ANY(%1$L::bigint[])))',
                v_linked, v_contacts);
            v_theirs := format(
                '(subject_type = ''client'' AND subject_id = ANY(%1$L::bigint[]) OR subject_type = ''contact'' AND subject_id = ANY(%2$L::bigint[])'
                ' OR subject_type = ''deal'' AND subject_id IN (SELECT id FROM public.deals_deal WHERE client_id = ANY(%1$L::bigint[])))',
                p_other_clients, p_other_contacts);
        ELSE
            IF v_contact IS NOT NULL AND v_table <> 'deals_dealevent' AND EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = format('public.%I', v_table)::regclass AND attname = 'contact_id' AND NOT attisdropped) THEN
                v_own := format('contact_id = ANY(%L::bigint[])', v_contacts);
            END IF;
            IF EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = format('public.%I', v_table)::regclass AND attname = 'contact_id' AND NOT attisdropped) THEN
                v_theirs := v_theirs || format(' OR coalesce(contact_id = ANY(%L::bigint[]), false)', p_other_contacts);
            END IF;
            IF EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = format('public.%I', v_table)::regclass AND attname = 'client_id' AND NOT attisdropped) THEN
                v_near := format('client_id = ANY(%L::bigint[])', v_linked);
                v_theirs := v_theirs || format(' OR coalesce(client_id = ANY(%L::bigint[]), false)', p_other_clients);
                IF v_client IS NOT NULL AND v_table <> 'deals_dealevent' THEN
                    v_own := format('client_id = %s', v_client);
                END IF;
            END IF;
            -- What is said of a deal is said of its client: own fields name the deal alone.
            IF EXISTS (SELECT FROM pg_attribute
                    WHERE attrelid = format('public.%I', v_table)::regclass AND attname = 'deal_id' AND NOT attisdropped) THEN
                v_near := concat_ws(' OR ', v_near,
                    format('deal_id IN (SELECT id FROM public.deals_deal WHERE client_id = ANY(%L::bigint[]))', v_linked));
                v_theirs := v_theirs
                    || format(' OR coalesce(deal_id IN (SELECT id FROM public.deals_deal WHERE client_id = ANY(%L::bigint[])), false)', p_other_clients);
            END IF;
        END IF;

        -- The person's own rows lose every value of theirs.
        IF v_own IS NOT NULL AND v_table <> 'clients_relationshipmove' THEN
            SELECT string_agg(part, ', ') INTO v_found FROM (
                SELECT c || ' = ''''' AS part FROM unnest(v_texts) c
                UNION ALL SELECT c || ' = ''{}''' FROM unnest(v_jsons) c
                UNION ALL SELECT quote_ident(attname) || ' = NULL' FROM pg_attribute
                    WHERE attrelid = format('public.%I', v_table)::regclass AND attnum > 0 AND NOT attisdropped
                        AND format_type(atttypid, NULL) = 'date' AND NOT attnotnull
            ) parts;
            IF v_found IS NOT NULL THEN
                EXECUTE format('UPDATE public.%I SET %s WHERE %s', v_table, v_found, v_own);
                GET DIAGNOSTICS v_rows = ROW_COUNT;
                v_total := v_total + v_rows;
            END IF;
        END IF;

        -- Other rows that name him lose his name, number or address, and keep the rest.
        SELECT string_agg(c, ', ') INTO v_haystack FROM unnest(v_texts || ARRAY(SELECT j || '::text' FROM unnest(v_jsons) j)) c;
        CONTINUE WHEN v_haystack IS NULL;
        SELECT string_agg(part, ', ') INTO v_found FROM (
            SELECT format('%1$s = regexp_replace(regexp_replace(%1$s, $2, ''…'', ''gi''), $3, ''…'', ''gi'')', c) AS part
                FROM unnest(v_texts) c
            -- a zero is right both in a text and for a number
            UNION ALL SELECT format('%1$s = regexp_replace(regexp_replace(%1$s::text, $2, ''…'', ''gi''), $3, ''0'', ''gi'')::jsonb', c)
                FROM unnest(v_jsons) c
        ) parts;
        EXECUTE format(
            'UPDATE public.%1$I SET %2$s WHERE NOT (%4$s) AND CASE WHEN concat_ws('' '', %3$s) ~ $4 THEN concat_ws('' '', %3$s) ~* $1 ELSE false END',
            v_table, v_found, v_haystack, v_theirs)
            USING p_sure || '|' || p_digits, p_near, p_digits, p_traces;
        GET DIAGNOSTICS v_rows = ROW_COUNT;
        v_total := v_total + v_rows;
        -- Where somebody of the same name is at home, the name is his: numbers and addresses alone go.
        IF v_theirs <> 'false' THEN
            EXECUTE format(
                'UPDATE public.%1$I SET %2$s WHERE (%4$s) AND concat_ws('' '', %3$s) ~* $1', v_table, v_found, v_haystack, v_theirs)
                USING p_addresses, p_addresses, p_digits;
            GET DIAGNOSTICS v_rows = ROW_COUNT;
            v_total := v_total + v_rows;
        END IF;
        IF v_near IS NOT NULL THEN
            EXECUTE format(
                'UPDATE public.%I SET %s WHERE (%s) AND concat_ws('' '', %s) ~* $1', v_table, v_found, v_near, v_haystack)
                USING p_near, p_near, p_digits;
            GET DIAGNOSTICS v_rows = ROW_COUNT;
            v_total := v_total + v_rows;
        END IF;
    END LOOP;
    PERFORM set_config('pgtrigger.ignore', coalesce(nullif(v_before, ''), '{}'), true);
    RETURN v_total;
END
$body$;
REVOKE ALL ON FUNCTION clients_erase_history(bigint, text, text, text, text, text, bigint[], bigint[]) FROM PUBLIC;
"""

DROP = f"DROP FUNCTION IF EXISTS {SIGNATURE};"
