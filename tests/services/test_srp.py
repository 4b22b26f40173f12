"""SRP arithmetic, held to numbers that Cognito's own clients compute."""

import base64
import datetime
import hashlib
import json
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cognito_auth.exceptions import InvalidParameterException, NotAuthorizedException
from cognito_auth.services import srp
from tests.factories import moment

# Numbers are hexadecimal. The first salt has its top bit set, the second an odd number of digits;
# pycognito, amazon-cognito-identity-js and Amplify compute the same keys and signatures.
USER = {
    "user_pool_id": "eu-west-1_AbC123xyZ",
    "pool_name": "AbC123xyZ",
    "username": "9f8b1c2e-3d4a-70b5-8c6d-7e8f9a0b1c2d",
    "password": "P@ssw0rd-Ünï1",
    "salt": "9f3c6d1e8ab0475529c4ef0d7712a6b3",
    "inner_hash": "9ed66c90f964f56a0a22756801ab122aebb481f299749926f79a0e4ae927d934",
    "k": "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6",
    "x": "38c4fd9438dea959e853d7bf2787f283d8a7019221984978accbdaa4f4220579",
    "v": (
        "59ec7c27e0836de67ad7cdfc3fc08832f5f3d644ecb139d1ec15955a973c534169f77dfae0bf92158be2126fd0fc0359"
        "67243da919dceee01f8af878730361cfb5be1fd9c537f44bc04df27587595c84312b114be987b41fe83303a256a79dd8"
        "d9be3471500725523605be70c08780461b983d9f2beff7c8c3aa98291d12446d5c62df4054356dec71a63160129d1c6f"
        "19fcf1dfbeed2af3e9fd68b7ebaaf5031c1bf636946e424a45d97570c5b132a5105429392eb99926fd054df77318d078"
        "a632772915d2f82d17a5c51b2c83ef7deaa408889b41e195bd09e6b802781386334f35d0f03de4f86addddef05fac4e2"
        "1cd521006ce91729a17d45688e5cc1973c69ec67898847d548373d111c66a9a701d0c066712255c41e6d39fc8a84d480"
        "8b00b0a252babe880cde96903cb4561340c2add69b5dd3a95ba76590f7965447eef4ae99774135f7eaa53e2fe6e03290"
        "46bffbbf3d29863eea36dd3fc40d2a47a540178f34733a293fe885733c424dde362df133b9bdb0ef2e2405bf551c6fcf"
    ),
    "a": (
        "738da7e683e681942d48b6e50a090e6f9aed518eda0840e5824eb8c2b6a4822569244e6ecfc697fba35b6846fc2f1a3d"
        "ed05dc70e372a6ccb4de22bc4500d23532e2f525f44c565823f96ae3197836f733c7dae0e61d384f3bde1c1daa34647d"
        "ab2a60cd0ca9bd74ffebbf5fffbf05106fe878cce311e5d9c66aabb5227391da"
    ),
    "A_SRP_A": (
        "883525b8d52a6a1e4a456d483f3ccdb2a0efdedb12d402585224f33d6beae52cee7c07265e9c992bb7992851fc6e6a35"
        "1709a056f24ebc0a720e1ec35691f0bac067e7d1be717e247cfc8a58b8882ac85785184d80d0932253b1685577c4d380"
        "2211f7a8542d8e46f68381430bd7c27ab34757a5cc676e082f4e42601c0bffb869713842d64361c11616235c463f2a49"
        "31c9308593e0d06ade52a99142c266c40f21b8e9530686a9994d2412a78cb618f8e277dee9a9d44cd20562c708bf7c6e"
        "5ca2b24ce08fee2c4c51af97a85fef77181aba2dce82a846463c89b5ffb2817bc30a373910dda4e89eaa4627392b1c51"
        "25b5d516f100c5ed238c0717aded57c6725a3301850339cbd65b2fb55b0da3677083b73ff50b2d2a78f1e08d0318b91a"
        "a04f38c926c5f7d9435e78320625aadd22602751a398b1bfb92b85cb27debc5efbabb222c17de87a5c4ac03bafd5f551"
        "4716824c505e6d889d46c827e120e6347e5900337705efe1457c8c3a38502e48692eccfa1c76bc26e64d98d82f34482b"
    ),
    "b": (
        "da02954815ca285e0e283d7bbcadfd66058e811a1fc4a7c5d8b317f406cd403f5464faa251dff71d05ed15192435f37a"
        "515935054767530c993eb7cd9fce9798537bb46263e9899a2b6c93e59f94efa4af6cc65b88126dd9388508c002c629ec"
        "be489014874b3bec28f08f99d96f029174bc7500187d415b9ed388cf20ccb7c1"
    ),
    "B_SRP_B": (
        "e0d74fcfc0afd28809923c5fa11f1c76d0155701d3614c3aa5139e8d2d107cda7496a6ceeb2ec78a91a8e3203900bbe9"
        "7e20013b98663ebb5d2048a45ee7dc33ed9f23a59e2d57c5a2d13be694e1e9fc66990b84fd07c43becd6442eabbad31c"
        "4214a8e71df31ccd8c34f1a30e73e92d86a75f228512a3bea1e1258c89d833adb5a2fb0dd3c0304ed56d081ea6e00941"
        "4646a65fc297aedf51989aa778ecc8f7bb95380494688751f50d6739bfa0891bc6bf8da31c4be8497f6990e42619b217"
        "0b8e20e8de241a932fec03777ab35649ebca4e90e0d6b6f68dcb8c3062d468cb57daa74e8d876e027f07ba764efff2c2"
        "19f9205c4cae6314cf85997f2ebd0e845522956de68fc021bce0f327cd96fb7da29925e97b58c225295cb940ab415487"
        "152e8f1a99d10c6c7d3f07936fe5a4c9a99ed0d0e7d1a82a88293bac2765851bccfc1c1e9b6b91fd960ba85c0abdcc0d"
        "a5635dd413a435c5d9fea6f48b025883db7af0f0a528fe4dbcc1635ea0fec228b0605936e43ce8d9ec2e6fbb1a467b54"
    ),
    "u": "d0af7e7d7462f3e5ae1139eade21b555d344b9fc720736485e4e48430d431444",
    "S": (
        "1e23c507189e19577f52b81f4c853a3513b4f1781495564f792cf52471f363df034260f02258d112349517784d3f4ce6"
        "4a06fb38e95482872217c3e2ab6cea612f64465902f32224cb825d98e2fe0d61145fc5e766fc6a90964ebb275df8510f"
        "2b369c186bcc01bf7ba8913db26b6217b44b2a5479ea7863404657ff9fb197c3e0e108996ae0bbe1a94c366f5b09b03c"
        "8d2d70b6d1dcd655818f39fd195851c0fd52638510ef59f3a73336e67cdd524e9951ece11eddd48574f05ab99083afe8"
        "bf41e0e54423d72940c14dc74711b818acb334c8467a3ab7de1267329a0167baea10379f62ffb0dc43c27133d96b05e6"
        "8e8aa5f4eaf522c5d820197c395d9b8c4b7a8b65251a57b9c5d9453b826acd84da76f102102492f2e42ca9e25478f5f0"
        "a20fdb45e425d4cb87a9896bc44e88967a03c94648553fab9570a06f22b8ed992cb30a0464ce651a626252ce4ba490e9"
        "9380101b10787545c20e1472cffc5facd038eae85f6574b6128772a0b14771fa520ccdcf6f81e8e6626bb90d4332d493"
    ),
    "prk": "7104e6d303ca17b01ca4a76a3361da5c5df55e6072b4c37d8cc0636c18592b22",
    "key16": "00c76f44cdd7562a3094d7d0b34e9231",
    "secret_block_b64": "Px52KR62q2nsAqu1/gBtYy1NVI+VBWNDDgEitb6r01JNtg3l04fg2/3CIqiPchTCGQlOhCk2D32Z56n4bkC56A==",
    "timestamp": "Tue Mar 3 09:05:07 UTC 2026",
    "signature_b64": "YZ7TG8wucSECJoDJYy01Qh0IH1dEnMMvmPzi2o3/0t0=",
}
DEVICE = {
    "device_group_key": "-v7w9UcY6",
    "device_key": "eu-west-1_3c1f2a90-5b7d-4e6f-9a8b-0c1d2e3f4a5b",
    "device_password": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJw==",
    "salt": "a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "inner_hash": "a86b57b91e7d157d1bdca4da5873c303b809e33c5bae12f86a01b95ed18dae1e",
    "x": "cece807729c68789e75e3746e7657eb421ee3142e6da00dced91915424765cf1",
    "v": (
        "1fb3582cd1197993319bf33073c19e4afa1fbe437ebbf33532d350b36011b679dcc08bf9157572be996ee914226ec73b"
        "02e8d73aef1b53cd745d6334cfa046ed11105afc7c635574d63706beeb779e66703d33d047bf09960c4924bcf5894754"
        "d6111b2b5b5e060eb68aaa50d9de9de8181e60acaba53b4eec8354d3e01f7907f7a8b3daea8453199a2193605da827a3"
        "07d5b4b7709d6857c87c122a6eac9e8f291a71dd46e9e0d35f59d0845ffef3668ed128448bf6e1a05e161f8283262459"
        "b0b08cff97c11045f415564abdb481dbef3d0ef8bfceb375af8e71cbd9f10fad13765013afe709c7596d958c34cdbc5e"
        "f0925f2d109bdfad02b189fed79c74ea52eaa50b4820ac5850e2f6e6bafb231014c7ad805ec065c3938e560de805c762"
        "59b599922566af1b8bc338e91c32eb398e876f7ce153b86cac4750c45a48b1889884433e7ba67469770b630da1746565"
        "248f1e02b10cddaa3a976754e66de02bef8e2ed858c965ee518b8c4c10a6906a7bf0dbdbccaf475198b133fc1f22d98e"
    ),
    "confirm_device_PasswordVerifier": (
        "H7NYLNEZeZMxm/Mwc8GeSvofvkN+u/M1MtNQs2ARtnncwIv5FXVyvplu6RQibsc7AujXOu8bU810XWM0z6BG7REQWvx8Y1V0"
        "1jcGvut3nmZwPTPQR78JlgxJJLz1iUdU1hEbK1teBg62iqpQ2d6d6BgeYKyrpTtO7INU0+AfeQf3qLPa6oRTGZohk2BdqCej"
        "B9W0t3CdaFfIfBIqbqyejykacd1G6eDTX1nQhF/+82aO0ShEi/bhoF4WH4KDJiRZsLCM/5fBEEX0FVZKvbSB2+89Dvi/zrN1"
        "r45xy9nxD60TdlATr+cJx1ltlYw0zbxe8JJfLRCb360CsYn+15x06lLqpQtIIKxYUOL25rr7IxAUx62AXsBlw5OOVg3oBcdi"
        "WbWZkiVmrxuLwzjpHDLrOY6Hb3zhU7hsrEdQxFpIsYiYhEM+e6Z0aXcLYw2hdGVlJI8eArEM3ao6l2dU5m3gK++OLthYyWXu"
        "UYuMTBCmkGp78NvbzK9HUZixM/wfItmO"
    ),
    "confirm_device_Salt": "ChssPU5fYHGCk6S1xtfo+Q==",
    "b": (
        "242f4561fd08f5ccc03dcdbb785ec202b019604d98571ec8a60b7446c76a4dc61a6f02b0e168b5edd978a551c79084a8"
        "c2730eac31cea4e64e9e2ac5b69931698ab363842cf1c1989dcd6d07c749e547cc3ef5150ce6a9a262f495d3decd5565"
        "1eb9c4b45f0727520fd817f9ee0a8dec0d19331ceab647ce3e733b20607ab414"
    ),
    "B_SRP_B": (
        "27c68ab0c67d5a488c93610b0475e9317bfece7b7477422c9a05d3e01d377aebc31817edd148c87638990806977e0ee4"
        "ef6653955395c7afd77b82e6a8e1c2545baf8b93f4f8957d7d6b585e1bd53d31e515051fd1adc40abc22583ad8a62905"
        "6c705d85f936d25fc9c96f6af1141671931b7b7eedda725f296b52303e65987ff452b431e89b9f5376dab2028bed0cca"
        "e98a39799c2a0a272b1ece5f5f38a889c0ffb296fdc110a65bdd199b7e306fc5446c8561905494ef2a36147ec8eb4832"
        "93f8493b892c9729e11e2b9e571a2c643d69b6dcf4d5522e208860976037ad5ce2106b57d53e80332cfef957b2284b21"
        "f0e9236bc961b457c907a0420f277d72ac89c71ed5fa36d54d406fa208681d66f259655cfd623b8a736ea846429ba14e"
        "674655f1b3d665c5bc5066b55b1824f0f3cebb1a23c8ae7c0f187424031a8415487abd38d824a99d2c141b9c3f251f0b"
        "0d874eaff2ec8ce24f6cf9ccf2887809b1a12545cb7351e78fe490887d7423a8be829395e4eda4fd9311d32a11d67a08"
    ),
    "u": "de538244e8d8802e41e387cc5a5bac3ba4c9aa38038bf74790d82f7b95f43354",
    "S": (
        "2305cd775f9b97a19fc68c6e8bf2b2521c80889acddac13b2e38d4926638c6354d999e17a6b8178c2790b78ddc88c327"
        "1e0f0925fd109adc68a68a7f14751b7f8b5733da7601aaa32db603eb8bb9457cccc16b80f155e4a10005a4cc80c8a982"
        "d70f47650a00a46717cd8ed83f1b8cadcc747bc4141e02552aa4d6e22da95ec3e7e3a4320a98e1cc8a10513d08a249f7"
        "c055ff33d89ceb7bce13e72ca6eda3cfbb35a4e2e48147a5e9f3ead8030bcc657015836849be846c1a2e41659eed4aca"
        "325b02c6ef09426635dc19c7c63a559bba969d25040f41365afc806b2de28980f1d6cfb4dff3b2559565a6e4c6bcbe85"
        "8b48c25a586063ad092f1b9453ee01f5e2e3a58b1e60e11982e019abe6265b6914256c70111133addf189a231acbf9c5"
        "2297d672bd48578c8cfd426beaa08b8eb2e311c5d1bd7289bb5b6d83d125f6cfa5f940d39c5e6b1e31b90b5fba3fa436"
        "6126fb8f0f76f8a74ff8333e7dba49cf88ff9d3ed6bb25fc786cd4a210f8da6257e47e53ab81ded5cff71c9bc6e33417"
    ),
    "prk": "1c6e42c0c64769c6cb881d35d862eff4c549acba2ee1df483d15eeff3bcd6be9",
    "key16": "16c139f0cf13c90d35b711eb09da61eb",
    "secret_block_b64": "be00pOTNAM6UFb51BXTQpgFizv84xIjNl8wXBbsGUvo=",
    "timestamp": "Tue Mar 3 09:05:07 UTC 2026",
    "signature_b64": "VNDyArq3jmB0VmbsKEVcXWZA6cIgk36oVuy9U2aO3/Y=",
}
VECTORS = {
    "user": {**USER, "group": USER["pool_name"], "identity": USER["username"]},
    "device": {
        **DEVICE,
        "a": USER["a"],
        "A_SRP_A": USER["A_SRP_A"],
        "group": DEVICE["device_group_key"],
        "identity": DEVICE["device_key"],
        "password": DEVICE["device_password"],
    },
}


def number(text):
    return int(text, 16)


@pytest.fixture(params=VECTORS)
def vector(request):
    return VECTORS[request.param]


@pytest.fixture
def verifier(vector):
    return srp.Verifier(number(vector["salt"]), number(vector["v"]))


@pytest.fixture
def exchange(vector, verifier):
    return srp.exchange_of(srp.read_public(vector["A_SRP_A"]), verifier, exponent=number(vector["b"]))


class TestPad:
    def test_is_of_even_length_with_a_clear_top_bit(self):
        assert srp.pad(0) == b"\x00"
        assert srp.pad(0x7F) == b"\x7f"
        assert srp.pad(0x80) == b"\x00\x80"
        assert srp.pad(0xABC) == b"\x0a\xbc"

    @given(st.integers(min_value=0, max_value=1 << 800))
    def test_does_as_the_clients_do_with_digits(self, value):
        digits = f"{value:x}"
        digits = digits if len(digits) % 2 == 0 else "0" + digits
        digits = "00" + digits if digits[0] in "89abcdef" else digits

        assert srp.pad(value) == bytes.fromhex(digits)


class TestVectors:
    def test_the_multiplier(self):
        assert f"{srp.K:x}" == USER["k"]

    def test_the_private_number_and_the_verifier(self, vector):
        names = {name: vector[name] for name in ("group", "identity", "password")}

        x = srp.private_number(**names, salt=number(vector["salt"]))

        assert x == number(vector["x"])
        assert srp.make_verifier(**names, salt=number(vector["salt"])).value == number(vector["v"])

    def test_what_a_client_confirms_a_device_with(self):
        sent = int.from_bytes(base64.b64decode(DEVICE["confirm_device_PasswordVerifier"]), "big")
        salt = int.from_bytes(base64.b64decode(DEVICE["confirm_device_Salt"]), "big")

        assert sent == number(DEVICE["v"])
        assert salt == number(DEVICE["salt"])

    def test_the_clients_public_number(self):
        assert pow(srp.G, number(USER["a"]), srp.N) == number(USER["A_SRP_A"])

    def test_the_servers_public_number(self, vector, exchange):
        assert f"{exchange.server_public:x}" == vector["B_SRP_B"]

    def test_the_secret_on_the_servers_side(self, vector, verifier, exchange):
        assert srp.server_secret(exchange, verifier) == number(vector["S"])

    def test_the_secret_on_the_clients_side(self, vector):
        a, x, u = (number(vector[name]) for name in ("a", "x", "u"))
        base = number(vector["B_SRP_B"]) - srp.K * pow(srp.G, x, srp.N)

        assert pow(base, a + u * x, srp.N) == number(vector["S"])

    def test_the_key(self, vector, verifier, exchange):
        key = srp.key_of(number(vector["S"]), scramble=number(vector["u"]))

        assert key.hex() == vector["key16"]
        assert srp.server_key(exchange, verifier) == key

    def test_the_signature(self, vector, verifier, exchange):
        signature = srp.signature(
            srp.server_key(exchange, verifier),
            group=vector["group"],
            identity=vector["identity"],
            block=base64.b64decode(vector["secret_block_b64"]),
            timestamp=vector["timestamp"],
        )

        assert base64.b64encode(signature).decode() == vector["signature_b64"]
        assert srp.is_fresh(vector["timestamp"], now=moment())

    def test_hold_without_gmpy2(self):
        """Python's own arithmetic, in a process that may not import gmpy2."""
        program = """
import json, sys
from cognito_auth.services import srp
assert not srp.HAS_GMPY2
user = json.load(sys.stdin)
names = {"group": user["pool_name"], "identity": user["username"], "password": user["password"]}
verifier = srp.make_verifier(**names, salt=int(user["salt"], 16))
exchange = srp.exchange_of(srp.read_public(user["A_SRP_A"]), verifier, exponent=int(user["b"], 16))
print(f"{verifier.value:x} {exchange.server_public:x} {srp.server_key(exchange, verifier).hex()}")
"""
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(USER),
            env={**os.environ, "COGNITO_AUTH_GMPY2": "0", "DJANGO_SETTINGS_MODULE": "tests.settings"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.stdout.split() == [USER["v"], USER["B_SRP_B"], USER["key16"]], done.stderr


class TestPowerOfG:
    @given(st.integers(min_value=0, max_value=(1 << 256) - 1))
    @settings(max_examples=20, deadline=None)
    def test_is_the_power(self, exponent):
        assert srp.power_of_g(exponent) == pow(srp.G, exponent, srp.N)


class TestVerifier:
    def test_is_read_as_it_was_written(self):
        verifier = srp.Verifier(0xABC, 0xDEF0)

        assert verifier.to_text() == "abc:def0"
        assert srp.Verifier.from_text("abc:def0") == verifier

    def test_does_not_show_itself(self):
        assert "3567" not in repr(srp.Verifier(3567, 3567))


class TestReadPublic:
    @pytest.mark.parametrize("text", ["1", "aBc", "0" * 5 + "f", f"{srp.N + 1:x}", "f" * 770])
    def test_takes_hexadecimal_of_any_length_and_case(self, text):
        assert srp.read_public(text) == int(text, 16)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "0",
            "0" * 10,
            f"{srp.N:x}",
            f"{2 * srp.N:X}",
            "xyz",
            "0x12",
            "-1",
            "+1",
            "1_0",
            " 1",
            "1\n",
            "١",
            "f" * 771,
        ],
    )
    def test_refuses_what_is_no_number_or_a_multiple_of_n(self, text):
        with pytest.raises(InvalidParameterException):
            srp.read_public(text)


class TestAnswer:
    def test_client_and_server_agree(self):
        names = {"group": "AbC123xyZ", "identity": "jane", "password": "Passw0rd!"}
        for _time in range(5):
            verifier = srp.make_verifier(**names)
            a = srp.new_salt()
            exchange = srp.answer(pow(srp.G, a, srp.N), verifier)
            u = int.from_bytes(
                hashlib.sha256(srp.pad(exchange.client_public) + srp.pad(exchange.server_public)).digest(),
                "big",
            )
            x = srp.private_number(**names, salt=verifier.salt)
            secret = pow(exchange.server_public - srp.K * verifier.value, a + u * x, srp.N)

            assert srp.server_key(exchange, verifier) == srp.key_of(secret, scramble=u)

    def test_draws_another_exponent_each_time(self):
        verifier = srp.Verifier(1, number(USER["v"]))

        drawn = {srp.answer(2, verifier).exponent for _time in range(20)}

        assert len(drawn) == 20
        assert max(drawn).bit_length() > 240

    def test_a_key_that_depends_on_nothing_is_refused(self, monkeypatch):
        monkeypatch.setattr(srp, "_scramble", lambda exchange: 0)

        with pytest.raises(NotAuthorizedException):
            srp.server_key(srp.Exchange(2, 3, 4), srp.Verifier(1, 5))


class TestIsFresh:
    @pytest.mark.parametrize(
        "timestamp",
        [
            "Tue Mar 3 09:05:07 UTC 2026",
            "Tue Mar 03 09:05:07 UTC 2026",
            "Tue Mar 3 09:10:07 UTC 2026",
            "Tue Mar 3 09:00:07 UTC 2026",
            "Mi Mär 03 09:05:07 UTC 2026",
            "mar. mars 03 09:05:07 UTC 2026",
        ],
    )
    def test_takes_five_minutes_either_way_and_lenient_spellings(self, timestamp):
        assert srp.is_fresh(timestamp, now=moment())

    @pytest.mark.parametrize(
        "timestamp",
        [
            "",
            "now",
            "Tue Mar 3 09:10:08 UTC 2026",
            "Tue Mar 3 09:00:06 UTC 2026",
            "Tue Feb 3 09:05:07 UTC 2026",
            "Tue Mar 3 09:05:07 UTC 2025",
            "Tue Mar 3 09:05:07 CET 2026",
            "Tue Mar 33 09:05:07 UTC 2026",
            "Tue Mar 3 25:05:07 UTC 2026",
            "Tue Mar 3 09:05:07 UTC 0000",
            "2026-03-03T09:05:07Z",
        ],
    )
    def test_refuses_other_times(self, timestamp):
        assert not srp.is_fresh(timestamp, now=moment())

    def test_knows_the_month_before_at_its_end(self):
        now = datetime.datetime(2026, 4, 1, 0, 2, tzinfo=datetime.UTC)

        assert srp.is_fresh("Di Mär 31 23:59:00 UTC 2026", now=now)
