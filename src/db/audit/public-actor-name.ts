/**
 * Who did something, as everybody may read it, where `log` is the audit log and `actor` the user of an entry,
 * if there is one: never an e-mail address, which stands in the log for admins. As publicUserName has it.
 */
export const publicActorName = `CASE
    WHEN log.actor_type = 'user' AND (actor.name IS NULL OR actor.name LIKE '%@%') THEN 'User ' || log.actor_id
    WHEN log.actor_type = 'user' THEN actor.name
    WHEN log.actor_name LIKE '%@%' THEN 'API key ' || log.actor_id
    ELSE log.actor_name
  END`;

/** FROM for it. */
export const logWithActors = `audit_log AS log
  LEFT JOIN admin_users AS actor ON log.actor_type = 'user' AND actor.id = log.actor_id`;
