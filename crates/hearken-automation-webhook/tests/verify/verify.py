"""Says of each message whether the Python library of Standard Webhooks takes it: a JSON object a line comes in, `true`
or `false` a line goes out.
"""

import base64
import json
import sys

from standardwebhooks import Webhook

for line in sys.stdin:
    message = json.loads(line)
    try:
        Webhook(message["secret"]).verify(base64.b64decode(message["body"]), message["headers"])
        print("true")
    except Exception:
        print("false")
