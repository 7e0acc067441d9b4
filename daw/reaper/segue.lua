-- What Segue's scripts for REAPER share: the selected MIDI items as a file, a running studio asked
-- by curl (which Windows, macOS and Linux bring), and takes put back as new items.
--
-- Start the studio first: segue studio --no-browser --port 8765
-- All music goes through project quarter notes, so the project's tempo map stays as it is.

local segue = {studio = "http://127.0.0.1:8765", ticks = 480, bars = 8, takes = 2}

-- JSON ------------------------------------------------------------------------------------------

local function decode(text, at)
  at = text:find("%S", at)
  local head = text:sub(at, at)
  if head == "{" or head == "[" then
    local found, close = {}, head == "{" and "}" or "]"
    at = text:find("%S", at + 1)
    while text:sub(at, at) ~= close do
      local key = #found + 1
      if head == "{" then
        key, at = decode(text, at)
        at = text:find(":", at, true) + 1
      end
      found[key], at = decode(text, at)
      at = text:find("[,%]}]", at)
      if text:sub(at, at) == "," then at = text:find("%S", at + 1) end
    end
    return found, at + 1
  elseif head == '"' then
    local stop = at
    repeat stop = text:find('["\\]', stop + 1)
      local is_end = text:sub(stop, stop) == '"'
      if not is_end then stop = stop + 1 end
    until is_end
    return text:sub(at + 1, stop - 1), stop + 1
  end
  local word = text:match("^[%w%.%+%-]+", at)
  local value = tonumber(word)
  if word == "true" or word == "false" then value = word == "true" end
  return value, at + #word
end

function segue.decode(text) return (decode(text, 1)) end

-- MIDI files ------------------------------------------------------------------------------------

local function quantity(number)
  local bytes = string.char(number % 128)
  while number >= 128 do
    number = number // 128
    bytes = string.char(128 + number % 128) .. bytes
  end
  return bytes
end

local function chunk(events)
  table.sort(events, function(a, b)
    if a.tick ~= b.tick then return a.tick < b.tick end
    return a.order < b.order
  end)
  local parts, tick = {}, 0
  for _, event in ipairs(events) do
    parts[#parts + 1] = quantity(event.tick - tick) .. event.bytes
    tick = event.tick
  end
  local body = table.concat(parts) .. "\0\xff\x2f\0"
  return "MTrk" .. string.pack(">I4", #body) .. body
end

-- A file of type 1: `music` has bpm, over, under, and parts with program, channel and notes.
function segue.midi_file(music)
  local power = 0
  while 2 ^ power < music.under do power = power + 1 end
  local tempo = string.pack(">I4", math.floor(60000000 / music.bpm + 0.5)):sub(2)
  local chunks = {chunk({
    {tick = 0, order = 0, bytes = "\xff\x51\x03" .. tempo},
    {tick = 0, order = 1, bytes = "\xff\x58\x04" .. string.char(music.over, power, 24, 8)},
  })}
  for _, part in ipairs(music.parts) do
    local events = {}
    if part.channel ~= 9 then
      events[1] = {tick = 0, order = 0, bytes = string.char(0xC0 + part.channel, part.program)}
    end
    for _, note in ipairs(part.notes) do
      local on = string.char(0x90 + part.channel, note.pitch, note.velocity)
      local off = string.char(0x80 + part.channel, note.pitch, 0)
      events[#events + 1] = {tick = note.onset, order = 2, bytes = on}
      events[#events + 1] = {tick = note.onset + note.duration, order = 1, bytes = off}
    end
    chunks[#chunks + 1] = chunk(events)
  end
  local head = string.pack(">c4I4I2I2I2", "MThd", 6, 1, #chunks, segue.ticks)
  return head .. table.concat(chunks)
end

-- The project -----------------------------------------------------------------------------------

local function program_of(take)
  local index = 0
  while true do
    local ok, _, _, _, kind, _, data = reaper.MIDI_GetCC(take, index)
    if not ok then return 0 end
    if kind == 0xC0 then return data end
    index = index + 1
  end
end

-- The selected MIDI items from the bar in which the first begins: what `midi_file` takes, with
-- `tracks`, the REAPER track of each part, and `measure` and `quarter`, where that bar is.
function segue.selected()
  local takes, first = {}, math.huge
  for index = 0, reaper.CountSelectedMediaItems(0) - 1 do
    local item = reaper.GetSelectedMediaItem(0, index)
    local take = reaper.GetActiveTake(item)
    if take and reaper.TakeIsMIDI(take) then
      takes[#takes + 1] = take
      first = math.min(first, reaper.GetMediaItemInfo_Value(item, "D_POSITION"))
    end
  end
  if #takes == 0 then return nil, "Select the MIDI items to go on from." end
  local _, measure = reaper.TimeMap2_timeToBeats(0, first + 1e-9)
  local _, quarter, _, over, under, bpm = reaper.TimeMap_GetMeasureInfo(0, measure)
  local music = {
    parts = {}, tracks = {}, measure = measure, quarter = quarter, over = over, under = under,
    bpm = bpm,
  }
  local part_of = {}
  for _, take in ipairs(takes) do
    local track = reaper.GetMediaItemTake_Track(take)
    local part = part_of[track]
    if not part then
      part = {notes = {}, program = program_of(take), channel = 0}
      part_of[track] = part
      music.parts[#music.parts + 1], music.tracks[#music.tracks + 1] = part, track
    end
    local _, n_notes = reaper.MIDI_CountEvts(take)
    for index = 0, n_notes - 1 do
      local _, _, muted, begin, stop, channel, pitch, velocity = reaper.MIDI_GetNote(take, index)
      if not muted then
        local onset = reaper.MIDI_GetProjQNFromPPQPos(take, begin) - quarter
        local offset = reaper.MIDI_GetProjQNFromPPQPos(take, stop) - quarter
        local tick = math.floor(onset * segue.ticks + 0.5)
        local duration = math.max(1, math.floor(offset * segue.ticks + 0.5) - tick)
        if tick >= 0 then
          part.channel = channel
          part.notes[#part.notes + 1] =
            {onset = tick, duration = duration, pitch = pitch, velocity = velocity}
        end
      end
    end
  end
  -- Each part needs a channel of its own, and drums keep theirs.
  local free = 0
  for _, part in ipairs(music.parts) do
    if part.channel ~= 9 then
      if free == 9 then free = 10 end
      part.channel, free = free % 16, free + 1
    end
  end
  return music
end

-- The notes of a take as new items on the tracks that they belong to, in bars [from, to).
function segue.insert(music, take, number, from, to)
  local _, begin = reaper.TimeMap_GetMeasureInfo(0, music.measure + from)
  local _, stop = reaper.TimeMap_GetMeasureInfo(0, music.measure + to)
  for index, line in ipairs(take.score_tracks) do
    if #line.notes.onset > 0 then
      local track = music.tracks[index]
      if not track then
        reaper.InsertTrackAtIndex(reaper.CountTracks(0), true)
        track = reaper.GetTrack(0, reaper.CountTracks(0) - 1)
        reaper.GetSetMediaTrackInfo_String(track, "P_NAME", line.instrument, true)
        music.tracks[index] = track
      end
      local item = reaper.CreateNewMIDIItemInProj(track, begin, stop, true)
      local clip = reaper.GetActiveTake(item)
      for note = 1, #line.notes.onset do
        local at = music.quarter + line.notes.onset[note] / segue.ticks
        local off = at + line.notes.duration[note] / segue.ticks
        reaper.MIDI_InsertNote(
          clip, false, false,
          reaper.MIDI_GetPPQPosFromProjQN(clip, at), reaper.MIDI_GetPPQPosFromProjQN(clip, off),
          line.channel % 16, line.notes.pitch[note], line.notes.velocity[note], true)
      end
      reaper.MIDI_Sort(clip)
      reaper.GetSetMediaItemTakeInfo_String(clip, "P_NAME", "Segue take " .. number, true)
      -- The first take sounds; the others wait, muted, in the same place.
      reaper.SetMediaItemInfo_Value(item, "B_MUTE", number == 1 and 0 or 1)
    end
  end
end

-- The studio ------------------------------------------------------------------------------------

local function curl(path, options)
  local command = 'curl --silent --show-error --fail-with-body --max-time 20 ' .. options
    .. ' "' .. segue.studio .. "/api" .. path .. '"'
  local answer = reaper.ExecProcess(command, 30000)
  if not answer then return nil, "curl could not be started." end
  local status, text = answer:match("^(%-?%d+)\r?\n(.*)$")
  if status ~= "0" then
    local message = text:match('"message"%s*:%s*"(.-)"')
    return nil, message or ("No studio answers at " .. segue.studio
      .. "; start it: segue studio --no-browser --port 8765")
  end
  return segue.decode(text)
end

local function post(path, file, kind)
  return curl(path, '--header "Content-Type: ' .. kind .. '" --data-binary "@' .. file .. '"')
end

local function write(name, content)
  local path = reaper.GetResourcePath() .. "/" .. name
  local file = assert(io.open(path, "wb"))
  file:write(content)
  file:close()
  return path
end

-- Ask for takes of `wish`, a JSON object as text, and call `done` with them once they are there.
function segue.ask(music, wish, done)
  local function fail(message) reaper.MB(message, "Segue", 0) end
  local file = write("segue-clip.mid", segue.midi_file(music))
  local project, why = post("/projects/upload?name=REAPER.mid", file, "audio/midi")
  os.remove(file)
  if not project then return fail(why) end
  file = write("segue-wish.json", wish)
  local path = "/projects/" .. project.id .. "/nodes/" .. project.current .. "/suggestions"
  local asked
  asked, why = post(path, file, "application/json")
  os.remove(file)
  if not asked then return fail(why) end
  local function look()
    asked, why = curl("/suggestions/" .. asked.id, "")
    if not asked then return fail(why) end
    if asked.state == "queued" or asked.state == "running" then return reaper.defer(look) end
    if asked.state ~= "done" then return fail(asked.message or asked.state) end
    table.sort(asked.takes, function(a, b) return a.rank < b.rank end)
    reaper.Undo_BeginBlock()
    for number, take in ipairs(asked.takes) do done(take, number) end
    reaper.UpdateArrange()
    reaper.Undo_EndBlock("Segue: takes", -1)
  end
  look()
end

return segue
