"""The model predicts from the past alone, one event at a time or all at once, and z where given."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from segue.encoding.sequence import ATTRIBUTE_COLUMNS, ATTRIBUTES, NOTE_EVENT, Column
from segue.models.batch import Batch
from segue.models.grammar import FORBIDDEN
from segue.models.heads import SIZES
from segue.models.look_back import LookBack
from segue.models.precedents import Precedents
from segue.models.segue_vae import Learns, SegueVAE, Terms, true_attributes
from segue.nn.transformer import LayerCache
from tests.unit.models.batches import SMALLEST, a_batch, n_events, smallest_model


@pytest.fixture(scope="module")
def model() -> SegueVAE:
    return smallest_model()


@pytest.fixture
def batch() -> Batch:
    return a_batch()


def some_z(batch: Batch, seed: int = 2) -> Tensor:
    shape = (len(batch.columns), batch.n_bars, SMALLEST.latents)
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@torch.no_grad()
def predict(model: SegueVAE, batch: Batch, z: Tensor) -> list[Tensor]:
    """Logits by attribute, (B, T - 1, size), of latents given where the batch says."""
    return model.predict(batch, z, batch.latent_given)[0]


@pytest.mark.parametrize("attribute", range(len(ATTRIBUTES)), ids=ATTRIBUTES)
@pytest.mark.parametrize("row", range(4), ids=["continue", "infill", "redo", "compose"])
def test_a_change_reaches_later_predictions_only(
    model: SegueVAE, batch: Batch, row: int, attribute: int
) -> None:
    """An event's attribute is seen by the attributes after it and by the events after it."""
    notes = torch.nonzero(batch.columns[row, :, Column.KIND] == NOTE_EVENT)[:, 0]
    event = int(notes[len(notes) // 2])
    z = some_z(batch)
    before = predict(model, batch, z)
    column = ATTRIBUTE_COLUMNS[attribute]
    limit = min(SIZES[attribute], 128 if column != Column.PART else 127)
    changed = batch.columns.clone()
    changed[row, event, column] = (changed[row, event, column] + 1) % limit

    after = predict(model, replace(batch, columns=changed), z)

    for a, (old, new) in enumerate(zip(before, after, strict=True)):
        known = event if a <= attribute else event - 1
        assert torch.equal(old[row, :known], new[row, :known]), ATTRIBUTES[a]
    if event < n_events(batch, row) - 1:
        moved = zip(before, after, strict=True)
        assert any(not torch.allclose(o[row, event:], n[row, event:]) for o, n in moved)


@torch.no_grad()
def test_writing_step_by_step_gives_the_teacher_forced_logits(
    model: SegueVAE, batch: Batch
) -> None:
    z = some_z(batch)
    at_once = predict(model, batch, z)
    given = model.given(z, batch.latent_given)
    size, length = batch.columns.shape[:2]
    head_width = SMALLEST.width // SMALLEST.heads
    caches = [
        LayerCache.empty(size, SMALLEST.heads, length, head_width) for _ in range(SMALLEST.layers)
    ]

    for t in range(length - 1):
        now = batch.columns[:, t : t + 1]
        truth = true_attributes(batch.columns[:, t + 1 : t + 2])
        hidden = model.decode(now, batch.masked_parts, given, caches, t)
        look = LookBack.over(batch.columns[:, : t + 1], now[..., Column.BAR], batch.look_back)
        outline = model.outline(given, batch.latent_given, now[..., Column.BAR])
        target = batch.columns[:, t + 1 : t + 2].clone()
        # What is yet to be chosen must not be read.
        target[..., [int(c) for c in ATTRIBUTE_COLUMNS]] = 0
        precedents = Precedents(batch.columns[:, : t + 1], batch.look_back, queries=1)
        logits, _ = model.heads(
            hidden, now, look, precedents, outline, target, lambda a, _, truth=truth: truth[..., a]
        )
        for attribute, singly in enumerate(logits):
            together = at_once[attribute][:, t]
            torch.testing.assert_close(singly[:, 0], together, rtol=1e-4, atol=1e-4)


def test_true_attributes_are_never_forbidden(model: SegueVAE, batch: Batch) -> None:
    truth = true_attributes(batch.columns[:, 1:])
    is_note = batch.columns[:, 1:, Column.KIND] == NOTE_EVENT
    counts = batch.weights > 0

    for attribute, logits in enumerate(predict(model, batch, some_z(batch))):
        asked = counts if attribute == 0 else counts & is_note
        chosen = logits.gather(-1, truth[..., attribute, None])[..., 0][asked]
        assert (chosen > FORBIDDEN / 2).all()


def test_without_latents_z_changes_nothing(model: SegueVAE, batch: Batch) -> None:
    none = replace(batch, latent_given=torch.zeros_like(batch.latent_given))

    one, two = (predict(model, none, some_z(batch, seed)) for seed in (2, 3))

    assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))


def test_z_changes_predictions_where_it_is_given(model: SegueVAE, batch: Batch) -> None:
    one, two = (predict(model, batch, some_z(batch, seed)) for seed in (2, 3))

    assert all(not torch.allclose(a, b) for a, b in zip(one, two, strict=True))


def test_a_bar_s_z_is_not_seen_before_that_bar(model: SegueVAE, batch: Batch) -> None:
    """Of a composed piece: the bars before it are predicted as without it."""
    z = some_z(batch)
    other = z.clone()
    other[:, 1] += 1
    compose = 3
    begins = int((batch.columns[compose, :, Column.BAR] == 1).int().argmax())

    one, two = predict(model, batch, z), predict(model, batch, other)

    for a, b in zip(one, two, strict=True):
        assert torch.equal(a[compose, :begins], b[compose, :begins])


@torch.no_grad()
def test_no_outline_is_the_outline_of_no_latent(model: SegueVAE, batch: Batch) -> None:
    """Sampling leaves the sketch out where nothing is given: it must make no difference."""
    none = torch.zeros_like(batch.latent_given)
    with_outline = predict(model, replace(batch, latent_given=none), some_z(batch))
    read, target = batch.columns[:, :-1], batch.columns[:, 1:].clone()
    truth = true_attributes(target)
    hidden = model.decode(read, batch.masked_parts, model.given(some_z(batch), none))
    look = LookBack.over(read, read[..., Column.BAR], batch.look_back)

    precedents = Precedents(read, batch.look_back)

    logits, sketched = model.heads(
        hidden, read, look, precedents, None, target, lambda a, _: truth[..., a]
    )

    assert sketched == []
    for one, two in zip(logits, with_outline, strict=True):
        torch.testing.assert_close(one, two)


def test_the_posterior_sees_the_masked_notes_and_nothing_else(
    model: SegueVAE, batch: Batch
) -> None:
    """Nothing is told to the latents that the decoder can read for itself."""
    visible = (batch.columns[..., Column.ROLE] == 0)[..., None]
    other = torch.where(visible & (batch.columns > 0), 1, batch.columns)
    other[..., Column.KIND] = batch.columns[..., Column.KIND]
    other[..., Column.BAR] = batch.columns[..., Column.BAR]

    one, two = model.encode(batch), model.encode(replace(batch, columns=other))

    torch.testing.assert_close(one.mean, two.mean)


@torch.no_grad()
def test_the_terms_are_sums_of_cross_entropies_over_what_counts(
    model: SegueVAE, batch: Batch
) -> None:
    weights = torch.rand(batch.weights.shape, generator=torch.Generator().manual_seed(4))
    batch = replace(batch, weights=weights * batch.weights)
    terms: Terms = model(batch, torch.Generator().manual_seed(9))
    posterior = model.encode(batch)
    z = posterior.sample(torch.Generator().manual_seed(9))
    truth = true_attributes(batch.columns[:, 1:])

    for attribute, logits in enumerate(predict(model, batch, z)):
        expected = 0.0
        for b, t in torch.argwhere(batch.weights > 0).tolist():
            if attribute == 0 or batch.columns[b, t + 1, Column.KIND] == NOTE_EVENT:
                chance = F.log_softmax(logits[b, t], dim=-1)[truth[b, t, attribute]]
                expected -= float(chance * batch.weights[b, t])
        assert float(terms.nll[attribute]) == pytest.approx(expected, rel=1e-4)
    assert float(terms.bars) == int(batch.latent_given.sum())
    kl = posterior.kl()[batch.latent_given].sum(0)
    torch.testing.assert_close(terms.kl, kl)


@pytest.mark.parametrize(
    ("learns", "moved"),
    [
        (Learns.ALL, {"encoder", "read_note", "blocks", "latent_in", "heads.out", "heads.sketch"}),
        (Learns.DECODER, {"blocks", "latent_in", "heads.out"}),
        (Learns.SKETCH, {"encoder", "read_note", "heads.sketch"}),
    ],
)
def test_gradients_reach_what_learns(
    model: SegueVAE, batch: Batch, learns: Learns, moved: set[str]
) -> None:
    terms: Terms = model(batch, torch.Generator().manual_seed(9), learns=learns)
    loss = terms.nll.sum() + terms.kl.sum() + terms.sketch_nll.sum() + terms.marginal_nll.sum()
    model.zero_grad()
    torch.autograd.backward(loss)

    have = {name for name, p in model.named_parameters() if p.grad is not None}
    parts = ("encoder", "read_note", "blocks", "latent_in", "heads.out", "heads.sketch")
    assert {part for part in parts if any(n.startswith(part) for n in have)} == moved
    if learns is Learns.ALL:
        assert have == {name for name, _ in model.named_parameters()}
    model.zero_grad()


def test_the_decoder_s_loss_reaches_z_where_all_learn(model: SegueVAE, batch: Batch) -> None:
    """What the decoder cannot know without it is what z is to carry."""
    terms: Terms = model(batch, torch.Generator().manual_seed(9), learns=Learns.ALL)
    model.zero_grad()
    torch.autograd.backward(terms.nll.sum())

    gradient = model.encoder.out.weight.grad
    assert gradient is not None
    assert float(gradient.abs().sum()) > 0
    model.zero_grad()
