/**
 * The name of an actor that everybody may read, never an e-mail address, by the rule of publicUserName. `log` is
 * the audit log, and `actor` the user of an entry, if there is one.
 */
export const publicActorName = `CASE
    WHEN log.actor_type = 'user' AND (actor.name IS NULL OR actor.name LIKE '%@%') THEN 'User ' || log.actor_id
    WHEN log.actor_type = 'user' THEN actor.name
    WHEN log.actor_name LIKE '%@%' THEN 'API key ' || log.actor_id
    ELSE log.actor_name
  END`;

/** The FROM clause that the name above needs. */
export const logWithActors = `audit_log AS log
  LEFT JOIN admin_users AS actor ON log.actor_type = 'user' AND actor.id = log.actor_id`;
