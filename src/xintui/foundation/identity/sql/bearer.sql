-- Who holds this access token, what they hold, and since when they were not seen: one round trip per request.
SELECT u.id AS user_id, u.display_name, u.permission_version,
       d.id AS device_id, d.merchant_id, d.personal, d.last_seen_at,
       coalesce((SELECT json_agg(json_build_array(g.role, g.merchant_id))
                   FROM identity_role_grant g WHERE g.user_id = u.id), '[]') AS grants
  FROM identity_token t
  JOIN identity_device d ON d.id = t.device_id
  JOIN identity_user u ON u.id = d.user_id
 WHERE t.digest = %(digest)s AND NOT t.refresh AND t.expires_at > %(now)s
   AND d.revoked_at IS NULL AND u.is_active AND t.permission_version = u.permission_version
