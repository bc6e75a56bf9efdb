"""The judgement of evidence: Merkle trees, canonical bytes, record schemas and the proof format. Pure."""

from xintui.foundation.evidence.rules.blocks import block_hash
from xintui.foundation.evidence.rules.bundles import BundleVerifier, verify_bundle
from xintui.foundation.evidence.rules.canonical import Value, canonical_bytes
from xintui.foundation.evidence.rules.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_path,
    leaf_hash,
    merkle_root,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from xintui.foundation.evidence.rules.proofs import (
    Verifier,
    build_proof,
    build_settlement_proof,
    excerpt_proof,
    proof_lines,
    verify_proof,
    write_settlement_proof,
)
from xintui.foundation.evidence.rules.schemas import SCHEMAS, leaf_bytes, record_from_json, record_to_json

__all__ = [
    "EMPTY_ROOT",
    "SCHEMAS",
    "BundleVerifier",
    "Frontier",
    "Tree",
    "Value",
    "Verifier",
    "block_hash",
    "build_proof",
    "build_settlement_proof",
    "canonical_bytes",
    "consistency_proof",
    "excerpt_proof",
    "inclusion_path",
    "leaf_bytes",
    "leaf_hash",
    "merkle_root",
    "node_hash",
    "proof_lines",
    "record_from_json",
    "record_to_json",
    "verify_bundle",
    "verify_consistency",
    "verify_inclusion",
    "verify_proof",
    "write_settlement_proof",
]
