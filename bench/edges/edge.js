// The checks in njs, with its Web Crypto.

const sealed = [ '{"response":{"success":"true","result":', '}}' ];
const hmac = { name: 'HMAC', hash: 'SHA-512' };


async function claims(r) {
    const sent = /^bearer +(\S+)$/i.exec(r.headersIn.Authorization || '');
    const parts = sent ? sent[1].split('.') : [];

    if (parts.length != 3) {
        return null;
    }

    try {
        const header = JSON.parse(Buffer.from(parts[0], 'base64url'));
        const payload = JSON.parse(Buffer.from(parts[1], 'base64url'));

        if (header.alg != 'HS512' || !(payload.exp > Date.now() / 1000)) {
            return null;
        }

        const key = await crypto.subtle.importKey('raw',
            Buffer.from(r.variables.jwt_key), hmac, false, [ 'verify' ]);

        return await crypto.subtle.verify(hmac, key,
            Buffer.from(parts[2], 'base64url'),
            Buffer.from(parts[0] + '.' + parts[1])) ? payload : null;

    } catch (e) {
        return null;
    }
}


function verdict(r, payload, status) {
    if (payload) {
        r.headersOut['X-Contact'] = payload.sub;
    }

    r.return(status);
}


async function token(r) {
    const payload = await claims(r);

    verdict(r, payload, payload ? 200 : 401);
}


async function own(r) {
    const payload = await claims(r);

    if (!payload) {
        r.return(401);
        return;
    }

    verdict(r, payload, r.variables.request_uri.split('/')[3] == payload.sub
        ? 200 : 403);
}


function sealHeader(r) {
    const length = r.headersOut['Content-Length'];

    if (r.status == 200 && length) {
        r.headersOut['Content-Length'] = String(Number(length)
            + sealed[0].length + sealed[1].length);
    }
}


// the whole body is validated, and its bytes are passed on as they came; each
// request has a machine of its own

let held = '';

function sealBody(r, data, flags) {
    if (r.status != 200) {
        r.sendBuffer(data, flags);
        return;
    }

    held += data;

    if (!flags.last) {
        return;
    }

    JSON.parse(held);
    r.sendBuffer(sealed[0] + held + sealed[1], flags);
}


export default { token, own, sealHeader, sealBody };
