-- Who sits before a console: the same look as for a token, by the device that the session was opened for.
SELECT u.id AS user_id, u.display_name, u.permission_version,
       d.id AS device_id, d.merchant_id, d.personal, d.last_seen_at,
       coalesce((SELECT json_agg(json_build_array(g.role, g.merchant_id))
                   FROM identity_role_grant g WHERE g.user_id = u.id), '[]') AS grants
  FROM identity_device d
  JOIN identity_user u ON u.id = d.user_id
 WHERE d.id = %(device_id)s AND u.id = %(user_id)s AND d.revoked_at IS NULL AND u.is_active
   AND u.permission_version = %(version)s AND %(now)s::timestamptz IS NOT NULL
