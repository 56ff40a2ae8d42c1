export { type DerivedInvite, type HostInvite, type Invite, deriveInvite, mintInvite } from './invite.ts';
export { type LinkProblem, type ParsedLink, parseLink, printLink } from './link.ts';
export { isHostKey, publicKeyOf, sign, verify } from './ed25519.ts';
export { fromBase64url, toBase64url } from './base64url.ts';
export { type Random, ascii, concat, equal, erase, readBigInt, readNumber, u16, u32, u64 } from './bytes.ts';
export { expand, extract, hmac, sha256 } from './hkdf.ts';
