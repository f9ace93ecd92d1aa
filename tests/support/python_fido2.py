"""An independent WebAuthn client: python-fido2 (Yubico) with an authenticator made of software.

Reads one JSON request a line, {"do": "create" | "get", "origin": ..., "options": ...}, with options as a server hands
them to browsers, and writes one answer a line: what navigator.credentials would give back, and whether python-fido2's own server,
begun with the same challenge, agrees. Everything that is built, encoded and parsed is by python-fido2: its client, CTAP2 messages, CBOR, COSE
keys, client data, authenticator data and server. Written for the 0.9 line.
"""
import json
import os
import sys

from cryptography.hazmat.backends import default_backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.client import Fido2Client
from fido2.cose import ES256
from fido2.ctap import CtapDevice, CtapError
from fido2.ctap2 import AssertionResponse, AttestationObject, AttestedCredentialData, AuthenticatorData, Ctap2, Info
from fido2.hid import CAPABILITY
from fido2.server import Fido2Server
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import UserVerificationRequirement

FLAG = AuthenticatorData.FLAG
AAGUID = bytes.fromhex("7f6ae11a03e14ac58b7a9f0c1d2e3f40")


class SoftwareAuthenticator(CtapDevice):
    """Speaks CTAP2: discoverable ES256 credentials, a verified user, self attestation, a counter that rises."""

    capabilities = CAPABILITY.CBOR

    def __init__(self):
        self.credentials = []
        self.counter = 0

    @classmethod
    def list_devices(cls):
        return iter(())

    def call(self, cmd, data=b"", event=None, on_keepalive=None):
        command, payload = data[0], data[1:]
        request = cbor.decode(payload) if payload else {}
        try:
            if command == Ctap2.CMD.GET_INFO:
                return b"\0" + Info.create(["FIDO_2_0"], [], AAGUID, {"rk": True, "up": True, "uv": True})
            if command == Ctap2.CMD.MAKE_CREDENTIAL:
                return b"\0" + self.make(request)
            if command == Ctap2.CMD.GET_ASSERTION:
                return b"\0" + self.assertion(request)
        except CtapError as error:
            return bytes([error.code])
        return bytes([CtapError.ERR.INVALID_COMMAND])

    def make(self, request):
        client_data_hash, rp, user, algorithms = (request[key] for key in (1, 2, 3, 4))
        if ES256.ALGORITHM not in [one["alg"] for one in algorithms]:
            raise CtapError(CtapError.ERR.UNSUPPORTED_ALGORITHM)
        if any(self.find(rp["id"], [one]) for one in request.get(5, [])):
            raise CtapError(CtapError.ERR.CREDENTIAL_EXCLUDED)
        key = ec.generate_private_key(ec.SECP256R1(), default_backend())
        credential = {"id": os.urandom(32), "rp": rp["id"], "user": user["id"], "key": key}
        self.credentials.append(credential)
        data = AttestedCredentialData.create(
            AAGUID, credential["id"], ES256.from_cryptography_key(key.public_key())
        )
        auth_data = self.data(rp["id"], data)
        statement = {"alg": ES256.ALGORITHM, "sig": self.sign(key, auth_data + client_data_hash)}
        return AttestationObject.create("packed", auth_data, statement)

    def assertion(self, request):
        rp_id, client_data_hash = request[1], request[2]
        credential = self.find(rp_id, request.get(3))
        if credential is None:
            raise CtapError(CtapError.ERR.NO_CREDENTIALS)
        auth_data = self.data(rp_id)
        return AssertionResponse.create(
            {"type": "public-key", "id": credential["id"]},
            auth_data,
            self.sign(credential["key"], auth_data + client_data_hash),
            {"id": credential["user"]},
        )

    def find(self, rp_id, allowed):
        ids = None if allowed is None else [one["id"] for one in allowed]
        fitting = [one for one in self.credentials if one["rp"] == rp_id and (ids is None or one["id"] in ids)]
        return fitting[-1] if fitting else None

    def data(self, rp_id, credential_data=b""):
        self.counter += 1
        flags = FLAG.USER_PRESENT | FLAG.USER_VERIFIED | (FLAG.ATTESTED if credential_data else 0)
        return AuthenticatorData.create(sha256(rp_id.encode()), flags, self.counter, credential_data)

    @staticmethod
    def sign(key, message):
        return key.sign(message, ec.ECDSA(hashes.SHA256()))


device = SoftwareAuthenticator()
registered = []


def client(origin):
    # The library's own check wants https; this is a test on localhost.
    return Fido2Client(device, origin, verify=lambda rp_id, _: rp_id == "localhost")


def pick(options, *names):
    """Members that this version of the library knows; a client leaves alone what it does not."""
    return {name: options[name] for name in names if name in options}


def descriptors(listed):
    return [{**pick(one, "type", "transports"), "id": websafe_decode(one["id"])} for one in listed or []]


def create(origin, options):
    selection = options["authenticatorSelection"]
    made = client(origin).make_credential(
        {
            **pick(options, "rp", "pubKeyCredParams", "timeout", "attestation", "extensions"),
            "user": {**options["user"], "id": websafe_decode(options["user"]["id"])},
            "challenge": websafe_decode(options["challenge"]),
            "excludeCredentials": descriptors(options.get("excludeCredentials")),
            "authenticatorSelection": pick(selection, "requireResidentKey", "userVerification"),
        }
    )
    server = Fido2Server(options["rp"], options["attestation"], verify_origin=lambda one: one == origin)
    begun, state = server.register_begin(
        {**options["user"], "id": websafe_decode(options["user"]["id"])},
        resident_key=True,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=websafe_decode(options["challenge"]),
    )
    theirs = begun["publicKey"]
    known = [one.alg for one in theirs.pub_key_cred_params]
    agreed = {
        "rp": theirs.rp.id == options["rp"]["id"],
        "user": websafe_encode(theirs.user.id) == options["user"]["id"],
        "challenge": websafe_encode(theirs.challenge) == options["challenge"],
        "attestation": theirs.attestation == options["attestation"],
        "algorithms": all(one["alg"] in known for one in options["pubKeyCredParams"]),
        "residentKey": theirs.authenticator_selection.require_resident_key == selection["requireResidentKey"],
        "userVerification": theirs.authenticator_selection.user_verification == selection["userVerification"],
    }
    auth_data = server.register_complete(state, made.client_data, made.attestation_object)
    registered.append(auth_data.credential_data)
    credential_id = websafe_encode(auth_data.credential_data.credential_id)
    return {
        "agreed": agreed,
        "response": {
            "id": credential_id,
            "rawId": credential_id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": made.client_data.b64,
                "attestationObject": websafe_encode(made.attestation_object.with_string_keys()),
                "transports": ["usb"],
            },
        },
    }


def get(origin, options):
    allowed = descriptors(options.get("allowCredentials"))
    answer = client(origin).get_assertion(
        {
            **pick(options, "rpId", "timeout", "userVerification"),
            "challenge": websafe_decode(options["challenge"]),
            **({"allowCredentials": allowed} if allowed else {}),
        }
    ).get_response(0)
    server = Fido2Server({"id": options["rpId"], "name": "the same"}, verify_origin=lambda one: one == origin)
    begun, state = server.authenticate_begin(
        registered, UserVerificationRequirement.REQUIRED, websafe_decode(options["challenge"])
    )
    theirs = begun["publicKey"]
    agreed = {
        "rp": theirs.rp_id == options["rpId"],
        "challenge": websafe_encode(theirs.challenge) == options["challenge"],
        "userVerification": theirs.user_verification == options["userVerification"],
    }
    server.authenticate_complete(
        state, registered, answer.credential_id, answer.client_data, answer.authenticator_data, answer.signature
    )
    credential_id = websafe_encode(answer.credential_id)
    return {
        "agreed": agreed,
        "response": {
            "id": credential_id,
            "rawId": credential_id,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": answer.client_data.b64,
                "authenticatorData": websafe_encode(answer.authenticator_data),
                "signature": websafe_encode(answer.signature),
                "userHandle": websafe_encode(answer.user_handle),
            },
        },
    }


for line in sys.stdin:
    asked = json.loads(line)
    try:
        answered = {"create": create, "get": get}[asked["do"]](asked["origin"], asked["options"])
    except Exception as error:  # the test reads what went wrong
        answered = {"error": repr(error)}
    print(json.dumps(answered), flush=True)
