"""Letters and faxes of campaigns as touches of their clients: what went out counts, what came back does not."""

from deals import touches
from deals.touches import Source

_CONCERNED = """
SELECT r.client_id FROM mailing_mailing m JOIN mailing_recipient r ON r.mailing_id = m.id AND r.state = 'queued'
 WHERE m.campaign_id = ANY(%s) AND m.started_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM deals_deal d WHERE d.client_id = r.client_id AND d.bin_id IS NULL)"""
_TOUCHES = """
SELECT r.client_id, m.campaign_id, coalesce(l.sent_at, x.ended_at)
  FROM concerned JOIN mailing_recipient r ON r.client_id = concerned.id AND r.state = 'queued'
  JOIN mailing_mailing m ON m.id = r.mailing_id
  LEFT JOIN outbox_letter l ON l.id = r.letter_id AND l.status = 'sent'
  LEFT JOIN mailing_fax x ON x.id = r.fax_id AND x.state IN ('delivered', 'partly')
 WHERE m.campaign_id IS NOT NULL AND coalesce(l.sent_at, x.ended_at) IS NOT NULL"""


def declare() -> None:
    touches.register("mailing", Source(_CONCERNED, _TOUCHES))
